//! Text to WinAnsi bytes, the encoding of everything this crate draws.

/// Codes 0x80 to 0x9F of WinAnsi; `\0` where the encoding has no character (ISO 32000-1, annex D.2).
const HIGH: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“',
    '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// The base letters of Latin Extended-A, U+0100 to U+017F.
const LATIN_A: &[u8; 128] =
    b"AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLlNnNnNnnNnOoOoOoOo\
    RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

/// The base letters of Latin Extended Additional, U+1E00 to U+1EFF; `?` where there is none.
const LATIN_ADDITIONAL: &[u8; 256] = b"AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMmMmMmNnNnNnNn\
    OoOoOoOoPpPpRrRrRrRrSsSsSsSsSsTtTtTtTtUuUuUuUuUuVvVvWwWwWwWwWwXxXxYyZzZzZzhtwyas??S?AaAaAaAaAaAaAaAaAaAaAaAa\
    EeEeEeEeEeEeEeEeIiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYy??????";

/// Text as WinAnsi can show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Encoded {
    /// One byte for each glyph.
    pub(super) bytes: Vec<u8>,
    /// False when something had to be replaced: the drawn text then differs from the text meant.
    pub(super) exact: bool,
}

/// Encodes `text`. What WinAnsi lacks becomes its base letter, its plain equivalent, or `?`.
pub(super) fn encode(text: &str) -> Encoded {
    let mut encoded = Encoded { bytes: Vec::with_capacity(text.len()), exact: true };
    for character in text.chars() {
        if let Some(byte) = byte(character) {
            encoded.bytes.push(byte);
        } else {
            // White space is laid out by the caller; its loss changes nothing that can be read.
            encoded.exact &= character.is_whitespace();
            encoded.bytes.extend(replacement(character));
        }
    }
    encoded
}

/// The character a WinAnsi code shows.
pub(super) fn character(code: u8) -> Option<char> {
    match code {
        0x20..=0x7E | 0xA0..=0xFF => Some(char::from(code)),
        0x80..=0x9F => HIGH.get(usize::from(code - 0x80)).copied().filter(|found| *found != '\0'),
        _ => None,
    }
}

fn byte(character: char) -> Option<u8> {
    match character {
        ' '..='~' | '\u{A0}'..='\u{FF}' => u8::try_from(u32::from(character)).ok(),
        '\0' => None,
        _ => {
            let position = HIGH.iter().position(|known| *known == character)?;
            u8::try_from(position).ok().map(|offset| 0x80 + offset)
        }
    }
}

fn replacement(character: char) -> Option<u8> {
    let from = |table: &[u8], first: char| {
        let offset = u32::from(character) - u32::from(first);
        usize::try_from(offset).ok().and_then(|offset| table.get(offset)).copied()
    };
    match character {
        // Combining marks, zero-width characters, direction marks, byte order mark.
        '\u{300}'..='\u{36F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{FEFF}' => None,
        '\u{100}'..='\u{17F}' => from(LATIN_A, '\u{100}'),
        '\u{1E00}'..='\u{1EFF}' => from(LATIN_ADDITIONAL, '\u{1E00}'),
        'Ș' => Some(b'S'),
        'ș' => Some(b's'),
        'Ț' => Some(b'T'),
        'ț' => Some(b't'),
        'ə' => Some(b'e'),
        'Ə' => Some(b'E'),
        '\u{2010}'..='\u{2012}' | '\u{2212}' => Some(b'-'),
        '\u{2032}' => Some(b'\''),
        '\u{2033}' => Some(b'"'),
        _ if character.is_whitespace() => Some(b' '),
        _ => Some(b'?'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_winansi_has_is_kept() {
        let text = "Zoë O’Neill – 10 € ÄÖÜ ß Š ÿ";
        let encoded = encode(text);
        assert!(encoded.exact);
        let back: String = encoded.bytes.iter().filter_map(|code| character(*code)).collect();
        assert_eq!(back, text);
    }

    #[test]
    fn what_it_lacks_becomes_the_base_letter() {
        for (text, shown) in [
            ("Łukasz Ćwikła", "Lukasz Cwikla"),
            ("Dvořák", "Dvorák"),
            ("Nguyễn Đức", "Nguyen Duc"),
            ("Ștefan", "Stefan"),
            ("e\u{301}", "e"),
            ("ſẞ", "sS"),
            ("山田", "??"),
        ] {
            let encoded = encode(text);
            assert!(!encoded.exact, "{text}");
            let back: String = encoded.bytes.iter().filter_map(|code| character(*code)).collect();
            assert_eq!(back, shown);
        }
        assert_eq!(encode("a\tb"), Encoded { bytes: b"a b".to_vec(), exact: true });
    }
}
