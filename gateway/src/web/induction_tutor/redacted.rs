//! A mail address as a stranger may see it: the domain, and of the user part its first and its last letter.

/// "office@school.example" is "o•••••e@school.example": always as many dots, so that the length is not told.
pub(super) fn redacted(address: &str) -> String {
    let Some((user, domain)) = address.rsplit_once('@') else { return "•••••".to_owned() };
    let mut letters = user.chars();
    let first = letters.next().map(String::from).unwrap_or_default();
    let last = letters.next_back().map(String::from).unwrap_or_default();
    format!("{first}•••••{last}@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_domain_and_two_letters_are_shown() {
        for (address, shown) in [
            ("office@school.example", "o•••••e@school.example"),
            ("ab@school.example", "a•••••b@school.example"),
            ("a@school.example", "a•••••@school.example"),
            ("élan.é@school.example", "é•••••é@school.example"),
            ("no address", "•••••"),
        ] {
            assert_eq!(redacted(address), shown);
        }
    }
}
