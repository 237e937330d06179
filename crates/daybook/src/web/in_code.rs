//! Sentences that name commands: what stands between backticks is shown as code.

/// A piece of a sentence.
#[derive(Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub is_code: bool,
}

/// The pieces of a sentence, in their order.
pub fn pieces(sentence: &str) -> Vec<Piece> {
    sentence
        .split('`')
        .enumerate()
        .filter(|(_, text)| !text.is_empty())
        .map(|(index, text)| Piece {
            text: text.to_owned(),
            is_code: index % 2 == 1,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_stand_apart() {
        let shown: Vec<_> = pieces("`daybook repair` mends; then `daybook validate`")
            .into_iter()
            .map(|piece| (piece.text, piece.is_code))
            .collect();
        assert_eq!(
            shown,
            [
                ("daybook repair".to_owned(), true),
                (" mends; then ".to_owned(), false),
                ("daybook validate".to_owned(), true),
            ]
        );
    }
}
