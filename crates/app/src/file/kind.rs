//! What an upload is: a picture and a voice clip are told by their first bytes, never by their name.

/// Most characters of a file's name.
const NAME_MAX: usize = 120;
/// Most characters of a content type.
const MIME_MAX: usize = 100;
/// Content type of what nobody named.
const UNKNOWN: &str = "application/octet-stream";

/// Whether these are the first bytes of a picture that the house can write anew.
pub(super) fn is_picture(bytes: &[u8]) -> bool {
    use image::ImageFormat::{Gif, Jpeg, Png, WebP};
    matches!(image::guess_format(bytes), Ok(Gif | Jpeg | Png | WebP))
}

/// Content type of a voice clip by its first bytes; `None` = no sound that browsers record or play.
pub(super) fn voice(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x1a, 0x45, 0xdf, 0xa3, ..] => Some("audio/webm"),
        [b'O', b'g', b'g', b'S', ..] => Some("audio/ogg"),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some("audio/mp4"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some("audio/wav"),
        [b'I', b'D', b'3', ..] => Some("audio/mpeg"),
        // A frame of layer III begins with eleven set bits; the layer follows.
        [0xff, second, ..] if second & 0xe6 == 0xe2 => Some("audio/mpeg"),
        _ => None,
    }
}

/// A file's name as it is shown and given back: without folders, without what could turn a line round or break it.
pub(super) fn name(text: &str) -> String {
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .filter(|c| !c.is_control() && !is_invisible(*c))
        .collect();
    let clean = clean.trim().trim_matches('.').trim();
    if clean.is_empty() {
        return "file".to_owned();
    }
    if clean.chars().count() <= NAME_MAX {
        return clean.to_owned();
    }
    // The ending tells what it is: the middle is left out.
    let ending = clean.rsplit_once('.').map_or("", |(_, ending)| ending);
    let ending = if ending.chars().count() <= 10 { ending } else { "" };
    let kept = NAME_MAX - ending.chars().count() - 2;
    let begin: String = clean.chars().take(kept).collect();
    if ending.is_empty() {
        format!("{begin}…")
    } else {
        format!("{begin}….{ending}")
    }
}

/// Marks that change the direction of what follows, or show nothing: `exe.gpj` must not look like a picture.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A content type as the sender named it, if it has the form of one.
pub(super) fn mime(text: Option<&str>) -> String {
    let text = text
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    let is_word = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    match text.split_once('/') {
        Some((kind, sub)) if text.len() <= MIME_MAX && is_word(kind) && is_word(sub) => {
            text.to_ascii_lowercase()
        }
        _ => UNKNOWN.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_is_known_by_its_first_bytes() {
        for (bytes, kind) in [
            (&b"\x1a\x45\xdf\xa3\x01"[..], Some("audio/webm")),
            (b"OggS\0\x02", Some("audio/ogg")),
            (b"\0\0\0\x20ftypM4A ", Some("audio/mp4")),
            (b"RIFF\x24\0\0\0WAVEfmt ", Some("audio/wav")),
            (b"ID3\x04", Some("audio/mpeg")),
            (b"\xff\xfb\x90", Some("audio/mpeg")),
            (b"\xff\xd8\xff\xe0", None),
            (b"RIFF\x24\0\0\0WEBPVP8 ", None),
            (b"<html>", None),
            (b"", None),
        ] {
            assert_eq!(voice(bytes), kind, "{bytes:?}");
        }
        assert!(is_picture(b"\x89PNG\r\n\x1a\n") && !is_picture(b"<svg/>"));
    }

    #[test]
    fn a_name_keeps_no_folder_and_nothing_that_hides() {
        for (text, clean) in [
            ("报价单 2026.xlsx", "报价单 2026.xlsx"),
            ("C:\\Users\\a\\b.pdf", "b.pdf"),
            ("../../etc/passwd", "passwd"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
            ("...", "file"),
            ("", "file"),
        ] {
            assert_eq!(name(text), clean, "{text:?}");
        }
        let long = name(&format!("{}.docx", "长".repeat(300)));
        assert_eq!(long.chars().count(), NAME_MAX);
        assert!(long.ends_with("….docx"));
    }

    #[test]
    fn a_content_type_has_the_form_of_one() {
        assert_eq!(mime(Some("Application/PDF; charset=x")), "application/pdf");
        for bad in [None, Some(""), Some("pdf"), Some("a/b c"), Some("a/<b>")] {
            assert_eq!(mime(bad), UNKNOWN, "{bad:?}");
        }
    }
}
