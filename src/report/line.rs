//! Writes CSV lines directly: logs have a line for each event, and a general CSV writer would cost more than the event.

/// A buffer of lines; the last line is being filled, field by field.
#[derive(Debug, Default)]
pub struct Line {
    bytes: Vec<u8>,
    /// Start of the line that is being filled.
    start: usize,
}

impl Line {
    /// Appends a field that needs no quotes, because the program made it.
    #[inline]
    pub fn plain(&mut self, field: &str) -> &mut Line {
        self.bytes.extend_from_slice(field.as_bytes());
        self.end_field()
    }

    /// Appends a field in the user's words; quoted where CSV needs it.
    pub fn text(&mut self, field: &str) -> &mut Line {
        self.write(|out| out.extend_from_slice(field.as_bytes()))
    }

    /// Appends an integer.
    #[inline]
    pub fn number(&mut self, number: impl itoa::Integer) -> &mut Line {
        self.bytes.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
        self.end_field()
    }

    /// Appends an integer, or an empty field.
    pub fn maybe(&mut self, number: Option<impl itoa::Integer>) -> &mut Line {
        match number {
            Some(number) => self.number(number),
            None => self.plain(""),
        }
    }

    /// Appends `true` or `false`.
    pub fn flag(&mut self, flag: bool) -> &mut Line {
        self.plain(if flag { "true" } else { "false" })
    }

    /// Appends a field through `write`; quoted where needed.
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

    /// Appends a field through `write` that needs no quotes.
    #[inline]
    pub fn written(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> &mut Line {
        write(&mut self.bytes);
        self.end_field()
    }

    /// Appends fields that were written before, each with its comma.
    #[inline]
    pub fn again(&mut self, fields: &[u8]) -> &mut Line {
        self.bytes.extend_from_slice(fields);
        self
    }

    /// All fields of the line so far, with the comma after each.
    pub fn so_far(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Ends the line. When the buffer has `enough` bytes, returns it and starts a new one.
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

/// Whether a field with this byte must be quoted.
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
