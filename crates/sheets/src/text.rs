//! Bytes to lines: which encoding, which line ends, and lines of bounded length.

use crate::error::{Fault, FileError};
use encoding_rs::{Decoder, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use std::io::{self, Read, Seek, SeekFrom};

/// What a file is read from: a [`std::fs::File`], a [`std::io::Cursor`] over an upload.
/// It is read twice: the encoding can only be known at the end, and the file is not held in memory.
pub trait Source: Read + Seek + Send + 'static {}
impl<T: Read + Seek + Send + 'static> Source for T {}

/// A longer line is refused, so that no file can fill the memory.
pub(crate) const MAX_LINE: usize = 1 << 20;
const BLOCK: usize = 64 << 10;

/// A file whose encoding and line ends are known.
pub(crate) struct Text {
    input: Box<dyn Source>,
    encoding: &'static Encoding,
    /// Not one byte had to be replaced: a U+FFFD in it was written there by somebody else.
    clean: bool,
    /// `\n`, or `\r` when the file has no other line end.
    line_end: u8,
}

impl Text {
    /// Reads the file once to learn how to read it.
    pub(crate) fn open(mut input: Box<dyn Source>, name: &str) -> Result<Self, FileError> {
        let seen = Survey::of(&mut *input).map_err(|e| FileError::new(name, Fault::Unreadable(e)))?;
        if seen.bytes == 0 {
            return Err(FileError::new(name, Fault::Empty));
        }
        if let Some(fault) = disguise(&seen.head) {
            return Err(FileError::new(name, fault));
        }
        let encoding = seen.encoding();
        let clean = encoding == UTF_8 && seen.errors == 0;
        let line_end = if seen.cr && !seen.lf { b'\r' } else { b'\n' };
        Ok(Self {
            input,
            encoding,
            clean,
            line_end,
        })
    }

    pub(crate) fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    /// From the beginning, as UTF-8 blocks.
    pub(crate) fn blocks(mut self) -> io::Result<Blocks> {
        self.input.seek(SeekFrom::Start(0))?;
        let decoder = self.encoding.new_decoder_with_bom_removal();
        Ok(Blocks {
            text: self,
            decoder,
            raw: vec![0; BLOCK],
            out: Vec::new(),
            at: 0,
            ended: false,
        })
    }

    /// From the beginning, line by line.
    pub(crate) fn lines(self) -> io::Result<Lines> {
        Ok(Lines {
            blocks: self.blocks()?,
            number: 0,
        })
    }
}

/// What one pass over the bytes shows.
#[derive(Default)]
struct Survey {
    head: Vec<u8>,
    bytes: u64,
    /// Places that are not UTF-8.
    errors: u64,
    /// Continuation bytes of characters that are.
    continued: u64,
    lf: bool,
    cr: bool,
}

impl Survey {
    fn of(input: &mut dyn Source) -> io::Result<Self> {
        input.seek(SeekFrom::Start(0))?;
        let mut seen = Self::default();
        let mut block = vec![0; BLOCK];
        let mut kept = 0;
        loop {
            let got = match input.read(&mut block[kept..]) {
                Ok(got) => got,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            let fresh = &block[kept..kept + got];
            seen.bytes += got as u64;
            seen.lf = seen.lf || memchr::memchr(b'\n', fresh).is_some();
            seen.cr = seen.cr || memchr::memchr(b'\r', fresh).is_some();
            let room = 4096 - seen.head.len();
            seen.head.extend_from_slice(&fresh[..got.min(room)]);
            let rest = seen.validate(&block[..kept + got], got == 0);
            if got == 0 {
                return Ok(seen);
            }
            let end = kept + got;
            block.copy_within(end - rest..end, 0);
            kept = rest;
        }
    }

    /// Counts good and bad UTF-8; gives back how many bytes at the end are the beginning of a character.
    fn validate(&mut self, mut bytes: &[u8], last: bool) -> usize {
        loop {
            match std::str::from_utf8(bytes) {
                Ok(good) => {
                    self.continued += (good.len() - good.chars().count()) as u64;
                    return 0;
                }
                Err(e) => {
                    if let Ok(good) = std::str::from_utf8(&bytes[..e.valid_up_to()]) {
                        self.continued += (good.len() - good.chars().count()) as u64;
                    }
                    let rest = &bytes[e.valid_up_to()..];
                    match e.error_len() {
                        None if !last => return rest.len(),
                        None => {
                            self.errors += 1;
                            return 0;
                        }
                        Some(len) => {
                            self.errors += 1;
                            bytes = &rest[len..];
                        }
                    }
                }
            }
        }
    }

    /// UTF-8 if it is, else GB18030. A file that is UTF-8 but for a few bytes (cut off, or patched by another program)
    /// stays UTF-8, and only the lines with those bytes are refused: Chinese text in GB18030 breaks UTF-8 at nearly
    /// every character, so twenty good continuation bytes for each error cannot be GB18030.
    fn encoding(&self) -> &'static Encoding {
        if self.head.starts_with(&[0xFF, 0xFE]) {
            UTF_16LE
        } else if self.head.starts_with(&[0xFE, 0xFF]) {
            UTF_16BE
        } else if self.errors == 0
            || self.head.starts_with(&[0xEF, 0xBB, 0xBF])
            || self.continued >= self.errors * 20
        {
            UTF_8
        } else {
            GB18030
        }
    }
}

/// Files that carry a text file's name and are something else.
fn disguise(head: &[u8]) -> Option<Fault> {
    const CSV: &str = "open it in a spreadsheet and save it as CSV UTF-8, or export it again as CSV";
    let not = |what, mend| Some(Fault::NotText { what, mend });
    if head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return not("an old Excel workbook (.xls)", CSV);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return not(
            "a zip archive or an Excel workbook (.xlsx)",
            "unpack it, or open it in a spreadsheet and save it as CSV UTF-8",
        );
    }
    if head.starts_with(&[0x1F, 0x8B]) {
        return not("a gzip archive", "unpack it first");
    }
    if head.starts_with(b"Rar!") || head.starts_with(b"7z\xBC\xAF") {
        return not("a packed archive", "unpack it first");
    }
    if head.starts_with(b"%PDF") {
        return not("a PDF document", "export it again as CSV");
    }
    let start: Vec<u8> = head
        .iter()
        .copied()
        .skip_while(|b| b.is_ascii_whitespace() || *b >= 0x80)
        .take(16)
        .map(|b| b.to_ascii_lowercase())
        .collect();
    if [
        &b"<html"[..],
        b"<!doctype",
        b"<table",
        b"<?xml",
        b"<head",
        b"<meta",
        b"<style",
    ]
    .iter()
    .any(|tag| start.starts_with(tag))
    {
        return not("a web page or XML table", CSV);
    }
    let utf16 = head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]);
    let nuls = memchr::memchr_iter(0, head).count();
    if !utf16 && nuls * 10 > head.len() {
        return not("binary data or UTF-16 without its byte-order mark", CSV);
    }
    None
}

/// The file as UTF-8, block by block.
pub(crate) struct Blocks {
    text: Text,
    decoder: Decoder,
    raw: Vec<u8>,
    out: Vec<u8>,
    at: usize,
    ended: bool,
}

impl Blocks {
    /// What has been decoded and not consumed; empty only at the end of the file.
    pub(crate) fn fill(&mut self) -> io::Result<&[u8]> {
        while self.at == self.out.len() && !self.ended {
            let got = match self.text.input.read(&mut self.raw) {
                Ok(got) => got,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            self.ended = got == 0;
            let room = self.decoder.max_utf8_buffer_length(got).unwrap_or(BLOCK * 4);
            self.out.resize(room, 0);
            // The room is the decoder's own upper bound, so all input is taken in one go.
            let (_, _, written, _) = self
                .decoder
                .decode_to_utf8(&self.raw[..got], &mut self.out, self.ended);
            self.out.truncate(written);
            self.at = 0;
        }
        Ok(&self.out[self.at..])
    }

    /// So many bytes have been dealt with.
    pub(crate) fn consume(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.out.len());
    }

    /// The byte that ends a line.
    pub(crate) fn line_end(&self) -> u8 {
        self.text.line_end
    }

    /// Whether this text lost characters when it was decoded.
    pub(crate) fn damaged(&self, text: &str) -> bool {
        !self.text.clean && text.contains('\u{FFFD}')
    }

    /// Back to the file, to read it again.
    pub(crate) fn into_text(self) -> Text {
        self.text
    }
}

/// One physical line without its end.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// The file's first line is 1.
    pub(crate) number: u64,
    /// Empty when too long.
    pub(crate) text: String,
    /// Over [`MAX_LINE`] bytes: not kept.
    pub(crate) too_long: bool,
    /// Characters were lost in decoding.
    pub(crate) damaged: bool,
}

/// Physical lines, numbered as an editor numbers them.
pub(crate) struct Lines {
    blocks: Blocks,
    number: u64,
}

impl Lines {
    /// The next line; `None` at the end.
    pub(crate) fn read(&mut self) -> io::Result<Option<Line>> {
        let end = self.blocks.line_end();
        let mut kept: Vec<u8> = Vec::new();
        let mut too_long = false;
        let mut any = false;
        loop {
            let block = self.blocks.fill()?;
            if block.is_empty() {
                break;
            }
            any = true;
            let found = memchr::memchr(end, block);
            let piece = &block[..found.unwrap_or(block.len())];
            if kept.len() + piece.len() > MAX_LINE {
                too_long = true;
                kept = Vec::new();
            }
            if !too_long {
                kept.extend_from_slice(piece);
            }
            let used = piece.len() + usize::from(found.is_some());
            self.blocks.consume(used);
            if found.is_some() {
                break;
            }
        }
        if !any {
            return Ok(None);
        }
        self.number += 1;
        while kept.last() == Some(&b'\r') {
            kept.pop();
        }
        let text =
            String::from_utf8(kept).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
        let damaged = self.blocks.damaged(&text);
        Ok(Some(Line {
            number: self.number,
            text,
            too_long,
            damaged,
        }))
    }

    /// The number of the last line read.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Back to the file, to read it again.
    pub(crate) fn into_text(self) -> Text {
        self.blocks.into_text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn read_all(bytes: &[u8]) -> (&'static str, Vec<Line>) {
        let text = Text::open(Box::new(Cursor::new(bytes.to_vec())), "t").unwrap();
        let encoding = text.encoding();
        let mut lines = text.lines().unwrap();
        let mut all = Vec::new();
        while let Some(line) = lines.read().unwrap() {
            all.push(line);
        }
        (encoding, all)
    }

    fn texts(bytes: &[u8]) -> Vec<String> {
        read_all(bytes).1.into_iter().map(|l| l.text).collect()
    }

    #[test]
    fn line_ends_of_every_machine() {
        assert_eq!(texts(b"a\nb\n"), ["a", "b"]);
        assert_eq!(texts(b"a\r\nb\r\n\r\nc"), ["a", "b", "", "c"]);
        assert_eq!(texts(b"a\rb\r"), ["a", "b"]);
        // Beside line feeds a lone carriage return is text, as editors number it.
        assert_eq!(texts(b"a\rb\nc"), ["a\rb", "c"]);
        assert_eq!(texts(b"a\r\r\nb"), ["a", "b"]);
    }

    #[test]
    fn encodings_are_told_apart_even_late() {
        let mut bytes = "x".repeat(300_000).into_bytes();
        bytes.push(b'\n');
        bytes.extend_from_slice(&encoding_rs::GB18030.encode("订单编号").0);
        let (encoding, lines) = read_all(&bytes);
        assert_eq!((encoding, lines[1].text.as_str()), ("gb18030", "订单编号"));

        let (encoding, lines) = read_all("\u{FEFF}订单".as_bytes());
        assert_eq!((encoding, lines[0].text.as_str()), ("UTF-8", "订单"));

        let mut utf16 = vec![0xFF, 0xFE];
        utf16.extend("订单\n二".encode_utf16().flat_map(u16::to_le_bytes));
        let (encoding, lines) = read_all(&utf16);
        assert_eq!(
            (encoding, lines[0].text.as_str(), lines[1].text.as_str()),
            ("UTF-16LE", "订单", "二")
        );
    }

    #[test]
    fn a_character_across_two_blocks_is_whole() {
        for pad in BLOCK - 3..=BLOCK {
            let text = format!("{}订单", "x".repeat(pad));
            assert_eq!(read_all(text.as_bytes()).0, "UTF-8");
            assert_eq!(texts(text.as_bytes()), std::slice::from_ref(&text));
            assert_eq!(texts(&encoding_rs::GB18030.encode(&text).0), [text]);
        }
    }

    #[test]
    fn one_bad_byte_spoils_one_line() {
        let mut bytes = "订单编号订单编号订单编号\n".as_bytes().to_vec();
        bytes.extend_from_slice(b"bad \xFF\n");
        bytes.extend_from_slice("好\n".as_bytes());
        let (encoding, lines) = read_all(&bytes);
        assert_eq!(encoding, "UTF-8");
        assert_eq!(
            lines.iter().map(|l| l.damaged).collect::<Vec<_>>(),
            [false, true, false]
        );
        // A replacement character that the file itself holds is what the file says.
        assert!(!read_all("\u{FFFD}".as_bytes()).1[0].damaged);
    }

    #[test]
    fn a_long_line_is_dropped_and_the_next_is_read() {
        let mut bytes = vec![b'x'; MAX_LINE + 1];
        bytes.extend_from_slice(b"\nnext\n");
        let (_, lines) = read_all(&bytes);
        assert!(lines[0].too_long && lines[0].text.is_empty());
        assert_eq!((lines[1].number, lines[1].text.as_str()), (2, "next"));
    }

    #[test]
    fn disguised_files_are_named() {
        for (head, word) in [
            (&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], "old Excel"),
            (b"PK\x03\x04....", ".xlsx"),
            (b"\x1F\x8B\x08", "gzip"),
            (b"  <HTML><table>", "web page"),
            (b"\xEF\xBB\xBF<!DOCTYPE html>", "web page"),
            (b"%PDF-1.7", "PDF"),
            (b"a\0b\0c\0", "UTF-16"),
        ] {
            let error = Text::open(Box::new(Cursor::new(head.to_vec())), "o.csv")
                .err()
                .unwrap()
                .to_string();
            assert!(error.starts_with("o.csv: is ") && error.contains(word), "{error}");
        }
        assert!(matches!(
            Text::open(Box::new(Cursor::new(Vec::new())), "o.csv")
                .err()
                .unwrap()
                .fault,
            Fault::Empty
        ));
    }
}
