//! Names that others gave, made harmless for mail: one line, read in one direction, never a link, a header or markup.
//! What is shown stays the same to the eye.

/// Shown as nothing; keeps programs from joining what stands on either side into an address.
const JOINER: char = '\u{2060}';

/// A name as it may stand in the text of a mail.
pub fn name(given: &str) -> String {
    let one_line: String = given.chars().map(|letter| if letter.is_whitespace() { ' ' } else { letter }).collect();
    let visible = one_line.chars().filter(|letter| !letter.is_control() && !hidden(*letter));
    let words: String = visible.collect();
    let words = words.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    unlinked(&words)
}

/// Marks that change the direction of writing, or that are there and cannot be seen.
fn hidden(letter: char) -> bool {
    matches!(letter,
        '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `www.evil.example`, `evil@x.example`, `https://x` and `[x](y)` are cut with a joiner, so that nothing makes links of
/// them; so are marks that a carrier might read as formatting at the beginning of a word.
fn unlinked(words: &str) -> String {
    let letters: Vec<char> = words.chars().collect();
    let mut cut = String::with_capacity(words.len());
    for (place, letter) in letters.iter().enumerate() {
        cut.push(*letter);
        let next = letters.get(place + 1).copied().unwrap_or(' ');
        let joins = matches!(letter, '.' | ':' | '@' | '/' | ']' | '#' | '*' | '^' | '_' | '`' | '(');
        if joins && next != ' ' {
            cut.push(JOINER);
        }
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_in_one_direction() {
        assert_eq!(name("Hub\r\nBcc: all@x.example"), "Hub Bcc: all@\u{2060}x.\u{2060}example");
        assert_eq!(name("a\u{202e}b\u{2066}c\u{200b}d\u{0007}e"), "abcde");
        assert_eq!(name("  St. Mary's \t School "), "St. Mary's School");
    }

    #[test]
    fn nothing_in_a_name_becomes_a_link() {
        for given in ["https://evil.example/x", "www.evil.example", "[click](https://evil.example)", "a@evil.example"] {
            let made = name(given);
            for trap in ["://", "www.e", "](", "@e", "l.e"] {
                assert!(!made.contains(trap), "{made:?} holds {trap:?}");
            }
            assert_eq!(made.replace(JOINER, ""), given, "it still reads the same");
        }
    }
}
