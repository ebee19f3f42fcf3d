//! Spelling that does not count when people compare names and codes: case, accents, kinds of apostrophe, extra spaces.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A text as it is compared where case does not count.
pub fn without_case(text: &str) -> String {
    let lower = text.to_lowercase();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A name as it is compared: neither case nor accents count.
pub fn plain_name(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for letter in name.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase) {
        match spelled_out(letter) {
            Some(spelled) => plain.push_str(spelled),
            None => plain.push(letter),
        }
    }
    without_case(&plain)
}

/// Letters that are not a plain letter with a mark, as people without them on the keyboard write them.
fn spelled_out(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'þ' => "th",
        'ħ' => "h",
        'ı' => "i",
        '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{ff07}' | '`' | '\u{b4}' => "'",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_case_nor_accents_nor_how_they_are_encoded_tell_names_apart() {
        for (one, other) in [
            ("Zoë", "ZOE"),
            ("Zoe\u{308}", "Zoë"),
            ("Fictîve", "fictive"),
            ("Łukasz Strauß", "lukasz strauss"),
            ("O\u{2019}Sample", "O'sample"),
            ("  Ana\u{a0} María ", "ana maria"),
            ("Søren Ægir", "soren aegir"),
            ("İpek Yıldız", "ipek yildiz"),
        ] {
            assert_eq!(plain_name(one), plain_name(other), "{one} and {other}");
        }
        assert_ne!(plain_name("Ada"), plain_name("Ida"));
    }

    #[test]
    fn without_case_accents_still_tell_texts_apart() {
        assert_eq!(without_case(" 11  TO 16"), "11 to 16");
        assert_ne!(without_case("Zoë"), without_case("Zoe"));
    }
}
