//! Passwords that are tried first.

use unicode_normalization::UnicodeNormalization;

/// The words that common passwords are made of, one a line, folded as [`fold`] does.
const WORDS: &str = include_str!("common.txt");
/// How many characters a password must have beyond such words.
const FEWEST_OWN: usize = 6;
/// How many different characters a password must have.
const FEWEST_DIFFERENT: usize = 5;

/// Whether little is left of a password without common words and the user's name.
pub fn is_guessable(password: &str, user: &str) -> bool {
    let folded = fold(password);
    let mut different: Vec<char> = password.to_lowercase().chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < FEWEST_DIFFERENT {
        return true;
    }
    let name = fold(user);
    let mut words: Vec<&str> = WORDS.lines().filter(|word| !word.is_empty()).collect();
    // Parts of the name as well, except what is too short to tell it from chance.
    let parts = user.split(|c: char| !c.is_alphanumeric()).map(fold);
    let parts: Vec<String> = parts.chain([name]).filter(|part| part.len() > 2).collect();
    words.extend(parts.iter().map(String::as_str));
    // The longest first: taking out "pass" would leave "word" of "password".
    words.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
    let mut rest = folded;
    for word in words {
        // A line between what is left keeps its halves from becoming a word that nobody wrote.
        rest = rest.replace(word, "|");
    }
    rest.chars().filter(|c| c.is_alphanumeric()).count() < FEWEST_OWN
}

/// A text as a guesser sees it: lower case, no accents, no punctuation, letters for the digits and signs that stand for them.
fn fold(text: &str) -> String {
    text.to_lowercase()
        .nfd()
        .filter_map(|c| match c {
            'đ' => Some('d'),
            '0' => Some('o'),
            '1' | '!' | '|' => Some('i'),
            '3' => Some('e'),
            '4' | '@' => Some('a'),
            '5' | '$' => Some('s'),
            '7' => Some('t'),
            c if c.is_alphanumeric() => Some(c),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{WORDS, fold};

    #[test]
    fn the_words_are_folded_already() {
        for word in WORDS.lines() {
            assert_eq!(word, fold(word));
            assert!(word.len() > 2, "{word}");
        }
    }
}
