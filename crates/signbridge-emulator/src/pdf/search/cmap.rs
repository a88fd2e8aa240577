//! `/ToUnicode` maps: from character codes to text (ISO 32000-1, 9.10.3).

use std::collections::BTreeMap;

use lopdf::Object;
use lopdf::content::Content;

/// Which text each character code stands for.
#[derive(Debug, Default)]
pub(super) struct ToUnicode {
    /// By first code: last code, and the UTF-16 text of the first. Later codes count its last unit up.
    ranges: BTreeMap<u16, (u16, Vec<u16>)>,
}

impl ToUnicode {
    /// Reads a decoded CMap. Its syntax is that of content streams: operands before operators.
    pub(super) fn parse(cmap: &[u8]) -> Self {
        let mut map = Self::default();
        for operation in Content::decode_iter(cmap).map_while(Result::ok) {
            match operation.operator.as_str() {
                "endbfchar" => {
                    for pair in operation.operands.chunks_exact(2) {
                        if let [code, text] = pair
                            && let Some(code) = self::code(code)
                        {
                            map.put(code, code, text);
                        }
                    }
                }
                "endbfrange" => {
                    for triple in operation.operands.chunks_exact(3) {
                        if let [first, last, text] = triple
                            && let (Some(first), Some(last)) = (code(first), code(last))
                        {
                            map.put_range(first, last, text);
                        }
                    }
                }
                _ => {}
            }
        }
        map
    }

    pub(super) fn text(&self, code: u16) -> Option<String> {
        let (first, (last, text)) = self.ranges.range(..=code).next_back()?;
        if code > *last {
            return None;
        }
        let mut units = text.clone();
        let end = units.last_mut()?;
        *end = end.wrapping_add(code - first);
        Some(String::from_utf16_lossy(&units))
    }

    fn put_range(&mut self, first: u16, last: u16, text: &Object) {
        if let Object::Array(texts) = text {
            for (code, text) in (first..=last).zip(texts) {
                self.put(code, code, text);
            }
        } else if first <= last {
            self.put(first, last, text);
        }
    }

    fn put(&mut self, first: u16, last: u16, text: &Object) {
        if let Ok(bytes) = text.as_str() {
            let units = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(u16::from_be_bytes);
            self.ranges.insert(first, (last, units.collect()));
        }
    }
}

/// A character code of one or two bytes.
fn code(object: &Object) -> Option<u16> {
    match object.as_str().ok()? {
        [low] => Some(u16::from(*low)),
        [high, low] => Some(u16::from_be_bytes([*high, *low])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::ToUnicode;

    #[test]
    fn characters_and_ranges() {
        let map = ToUnicode::parse(
            b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
              /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
              /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
              1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n\
              2 beginbfchar\n<0003> <0020>\n<0010> <00660069>\nendbfchar\n\
              2 beginbfrange\n<0024> <0026> <0041>\n<0040> <0041> [<0078> <D83DDE00>]\nendbfrange\n\
              endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend",
        );
        let text = |code| map.text(code);
        assert_eq!(text(3).as_deref(), Some(" "));
        assert_eq!(text(0x10).as_deref(), Some("fi"));
        assert_eq!(text(0x24).as_deref(), Some("A"));
        assert_eq!(text(0x26).as_deref(), Some("C"));
        assert_eq!(text(0x27), None);
        assert_eq!(text(0x40).as_deref(), Some("x"));
        assert_eq!(text(0x41).as_deref(), Some("\u{1F600}"));
        assert_eq!(text(0), None);
    }
}
