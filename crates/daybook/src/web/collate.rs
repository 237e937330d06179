//! The order of names in Vietnamese: a ă â b c d đ e ê ... o ô ơ ... u ư; tones decide last.

use unicode_normalization::UnicodeNormalization;

/// Letters in their order.
const LETTERS: &str = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";

/// What names are sorted by: the places of their letters, then their tones. Case does not matter.
pub fn key(name: &str) -> (Vec<usize>, Vec<u8>) {
    let mut letters = Vec::new();
    let mut tones = Vec::new();
    for letter in name.to_lowercase().nfc() {
        let (base, tone) = without_tone(letter);
        let after_letters = LETTERS.chars().count();
        letters.push(match LETTERS.chars().position(|known| known == base) {
            Some(place) => place + 1,
            None if base.is_alphanumeric() => after_letters + base as usize,
            None => 0,
        });
        tones.push(tone);
    }
    (letters, tones)
}

/// A letter without its tone, and which tone it was: none, grave, hook, tilde, acute, dot.
fn without_tone(letter: char) -> (char, u8) {
    let mut tone = 0;
    let base: String = std::iter::once(letter)
        .nfd()
        .filter(|part| {
            let found = match part {
                '\u{300}' => 1,
                '\u{309}' => 2,
                '\u{303}' => 3,
                '\u{301}' => 4,
                '\u{323}' => 5,
                _ => return true,
            };
            tone = found;
            false
        })
        .nfc()
        .collect();
    (base.chars().next().unwrap_or(letter), tone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_vietnamese_order() {
        let mut names = [
            "Hà Nội",
            "Đồng Nai",
            "Đà Nẵng",
            "Cần Thơ",
            "Huế",
            "Điện Biên",
            "An Giang",
        ];
        names.sort_by_key(|name| key(name));
        assert_eq!(
            names,
            [
                "An Giang",
                "Cần Thơ",
                "Đà Nẵng",
                "Điện Biên",
                "Đồng Nai",
                "Hà Nội",
                "Huế"
            ]
        );
    }

    #[test]
    fn tones_decide_between_names_of_the_same_letters() {
        assert!(key("ma") < key("mà") && key("mà") < key("má") && key("má") < key("mạ"));
        assert!(key("mạ z") > key("ma a"));
    }
}
