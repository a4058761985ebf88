//! Lines of CSV, made by hand: logs have a line for each event, and a general writer would cost more than the event.

/// Lines of which the last is being filled, field by field.
#[derive(Debug, Default)]
pub struct Line {
    bytes: Vec<u8>,
    /// Where the line begins that is being filled.
    start: usize,
}

impl Line {
    /// A field that needs no quotes: made of the program's own words.
    #[inline]
    pub fn plain(&mut self, field: &str) -> &mut Line {
        self.bytes.extend_from_slice(field.as_bytes());
        self.end_field()
    }

    /// A field in the user's words: quoted where CSV asks for it.
    pub fn text(&mut self, field: &str) -> &mut Line {
        self.write(|out| out.extend_from_slice(field.as_bytes()))
    }

    /// A whole number.
    #[inline]
    pub fn number(&mut self, number: impl itoa::Integer) -> &mut Line {
        self.bytes.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
        self.end_field()
    }

    /// A whole number, or nothing.
    pub fn maybe(&mut self, number: Option<impl itoa::Integer>) -> &mut Line {
        match number {
            Some(number) => self.number(number),
            None => self.plain(""),
        }
    }

    /// `true` or `false`.
    pub fn flag(&mut self, flag: bool) -> &mut Line {
        self.plain(if flag { "true" } else { "false" })
    }

    /// A field that `write` appends; quoted where need be.
    pub fn write(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> &mut Line {
        let start = self.bytes.len();
        write(&mut self.bytes);
        let field = &self.bytes[start..];
        if field.iter().copied().any(needs_quotes) {
            let quoted = String::from_utf8_lossy(field).replace('"', "\"\"");
            self.bytes.truncate(start);
            self.bytes.push(b'"');
            self.bytes.extend_from_slice(quoted.as_bytes());
            self.bytes.push(b'"');
        }
        self.end_field()
    }

    /// A field that `write` appends, in words known to need no quotes.
    #[inline]
    pub fn written(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> &mut Line {
        write(&mut self.bytes);
        self.end_field()
    }

    /// Fields that were written before, with the comma after each.
    #[inline]
    pub fn again(&mut self, fields: &[u8]) -> &mut Line {
        self.bytes.extend_from_slice(fields);
        self
    }

    /// All fields of the line so far, with the comma after each.
    pub fn so_far(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Ends the line. Where the lines come to `enough` bytes, they are given away.
    #[inline]
    pub fn end(&mut self, enough: usize, give: impl FnOnce(&[u8])) {
        if let Some(last) = self.bytes.last_mut() {
            *last = b'\n';
        }
        if self.bytes.len() >= enough {
            give(&self.bytes);
            self.bytes.clear();
        }
        self.start = self.bytes.len();
    }

    fn end_field(&mut self) -> &mut Line {
        self.bytes.push(b',');
        self
    }
}

/// Whether a field with this byte is quoted.
pub(super) fn needs_quotes(byte: u8) -> bool {
    matches!(byte, b',' | b'"' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_only_where_they_must_be_and_read_back_as_themselves() {
        let fields = ["plain", "with, comma", "a \"quote\"", "two\nlines", "", "ünï"];
        let mut line = Line::default();
        fields.iter().for_each(|field| {
            line.text(field);
        });
        line.number(-17_i64).maybe(None::<u64>).flag(true);
        let mut bytes = vec![];
        line.end(0, |whole| bytes.extend_from_slice(whole));
        assert!(bytes.starts_with(b"plain,\"with, comma\",\"a \"\"quote\"\"\","));
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&bytes[..]);
        let record = reader.records().next().unwrap().unwrap();
        assert_eq!(record.iter().take(6).collect::<Vec<_>>(), fields);
        assert_eq!(record.iter().skip(6).collect::<Vec<_>>(), ["-17", "", "true"]);
    }

    #[test]
    fn lines_are_given_away_together() {
        let mut line = Line::default();
        line.plain("a").plain("b").end(8, |_| panic!("four bytes are not enough"));
        assert_eq!(line.plain("c").so_far(), b"c,");
        line.plain("d").end(8, |whole| assert_eq!(whole, b"a,b\nc,d\n"));
        line.plain("e").end(0, |whole| assert_eq!(whole, b"e\n"));
    }
}
