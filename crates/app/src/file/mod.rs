//! Pictures, voice clips and files of messages. Pictures are decoded within limits and written anew, so that nothing but
//! pixels survives; clips are told by their first bytes; files are kept as they came and given back as downloads only. All are
//! served by addresses signed per viewer.

mod kind;

mod drawn;

use crate::{Caller, House, Problem, Result};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
pub use drawn::{Drawn, keep_drawn};
use hmac::{Hmac, KeyInit, Mac};
use image::{DynamicImage, ImageFormat, ImageReader, Limits, metadata::Orientation};
use sha2::Sha256;
use std::io::Cursor;
use std::path::PathBuf;
use uuid::Uuid;
use yingke_kernel::{FileId, ProblemKind, ShopId, Stamp, ThreadId};
pub use yingke_store::file::FileAbout;
pub use yingke_store::file::FileRow;
use yingke_store::file::{get, insert};
use yingke_store::{Lane, Tx};

/// Largest picture in bytes.
pub const BYTES_MAX: usize = 10 * 1024 * 1024;
/// Largest file in bytes.
pub const FILE_BYTES_MAX: usize = 20 * 1024 * 1024;
/// Largest voice clip in bytes.
pub const VOICE_BYTES_MAX: usize = 5 * 1024 * 1024;
/// Longest voice clip in seconds.
pub const VOICE_SECS_MAX: i64 = 60;
/// Most pixels.
const PIXELS_MAX: u64 = 40_000_000;
/// A longer side is scaled down to this.
const SIDE_MAX: u32 = 2_560;
/// Signed addresses change at this pace, so that browsers can cache them meanwhile.
const SIGN_STEP_SECS: i64 = 6 * 3600;

fn not_a_picture(detail: impl Into<String>) -> Problem {
    Problem::invalid("not_a_picture", detail)
}

/// Decodes and writes anew: JPEG for opaque pictures, PNG for those with transparency. No metadata survives.
fn clean(bytes: &[u8]) -> Result<(Vec<u8>, &'static str, u32, u32)> {
    use image::ImageDecoder;
    let reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|e| not_a_picture(e.to_string()))?;
    match reader.format() {
        Some(ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP | ImageFormat::Gif) => {}
        _ => {
            return Err(not_a_picture(
                "this is no JPEG, PNG, WebP or GIF; save it as one of them",
            ));
        }
    }
    let (width, height) = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .ok()
        .and_then(|r| r.into_dimensions().ok())
        .ok_or_else(|| not_a_picture("the picture is damaged; save it anew"))?;
    if u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(Problem::new(
            ProblemKind::TooLarge,
            "picture_too_large",
            "a picture has at most 40 megapixels; make it smaller",
        ));
    }
    let mut reader = reader;
    let mut limits = Limits::default();
    limits.max_alloc = Some(PIXELS_MAX * 8);
    reader.limits(limits);
    let mut decoder = reader
        .into_decoder()
        .map_err(|_| not_a_picture("the picture is damaged; save it anew"))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder)
        .map_err(|_| not_a_picture("the picture is damaged; save it anew"))?;
    picture.apply_orientation(orientation);
    if picture.width().max(picture.height()) > SIDE_MAX {
        picture = picture.thumbnail(SIDE_MAX, SIDE_MAX);
    }
    let transparent = picture.color().has_alpha() && picture.to_rgba8().pixels().any(|p| p.0[3] < 255);
    let mut out = Cursor::new(Vec::new());
    let kind = if transparent { "image/png" } else { "image/jpeg" };
    let written = if transparent {
        picture.write_to(&mut out, ImageFormat::Png)
    } else {
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 88);
        picture.to_rgb8().write_with_encoder(encoder)
    };
    written.map_err(|e| {
        tracing::error!(error = %e, "a picture could not be written");
        Problem::new(
            ProblemKind::Internal,
            "internal",
            "the picture could not be stored",
        )
    })?;
    Ok((out.into_inner(), kind, picture.width(), picture.height()))
}

fn path(house: &House, id: FileId) -> PathBuf {
    let name = id.to_string();
    house
        .data_dir()
        .join("files")
        .join(&name[name.len() - 2..])
        .join(name)
}

fn failed(error: &std::io::Error) -> Problem {
    tracing::error!(%error, "a file could not be kept");
    Problem::new(
        ProblemKind::Unavailable,
        "file_not_kept",
        "the server could not keep the file; its disk may be full",
    )
}

/// What an upload is meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// A picture; anything else is refused.
    Picture,
    /// A voice clip of so many seconds; anything else is refused.
    Voice(i64),
    /// A file, kept as it is, even if it is a picture.
    File,
    /// A picture if it is one, else a file.
    Any,
}

/// Keeps an upload for a message to come. `name` and `mime`: what the sender calls it.
///
/// # Errors
/// `picture_too_large`, `file_too_large`, `voice_too_large`, `not_a_picture`, `not_a_voice`, `voice_too_long`, `file_empty`;
/// `file_not_kept` when the disk does not take it.
pub async fn store_upload(
    house: &House,
    caller: &Caller,
    shop: ShopId,
    wish: Wish,
    name: &str,
    mime: Option<&str>,
    bytes: Bytes,
) -> Result<FileRow> {
    if bytes.is_empty() {
        return Err(Problem::invalid(
            "file_empty",
            "the file is empty; choose another",
        ));
    }
    let too_large = |code, what: &str, most: usize| {
        let detail = format!("{what} has at most {} MiB; make it smaller", most / 1024 / 1024);
        Problem::new(ProblemKind::TooLarge, code, detail)
    };
    let thread = match caller {
        Caller::Guest(guest) => Some(guest.thread),
        Caller::Staff(_) => None,
    };
    let (kind, secs, name) = match wish {
        Wish::Picture => return keep_picture(house, shop, caller.author(), thread, bytes).await,
        Wish::Any if kind::is_picture(&bytes) => {
            return keep_picture(house, shop, caller.author(), thread, bytes).await;
        }
        Wish::Voice(secs) => {
            if bytes.len() > VOICE_BYTES_MAX {
                return Err(too_large("voice_too_large", "a voice clip", VOICE_BYTES_MAX));
            }
            if !(1..=VOICE_SECS_MAX).contains(&secs) {
                return Err(Problem::invalid(
                    "voice_too_long",
                    format!("a voice clip lasts 1 to {VOICE_SECS_MAX} s; say it in parts"),
                ));
            }
            let kind = kind::voice(&bytes).ok_or_else(|| {
                Problem::invalid("not_a_voice", "this is no WebM, Ogg, MP4, MP3 or WAV sound")
            })?;
            (kind.to_owned(), secs, String::new())
        }
        Wish::File | Wish::Any => {
            if bytes.len() > FILE_BYTES_MAX {
                return Err(too_large("file_too_large", "a file", FILE_BYTES_MAX));
            }
            (kind::mime(mime), 0, kind::name(name))
        }
    };
    let row = FileRow {
        id: FileId::new(house.now()),
        shop,
        thread,
        author: caller.author(),
        kind,
        width: 0,
        height: 0,
        bytes: bytes.len() as i64,
        name,
        secs,
    };
    keep(house, row, bytes).await
}

/// Keeps a picture, written anew.
pub(crate) async fn keep_picture(
    house: &House,
    shop: ShopId,
    author: Uuid,
    thread: Option<ThreadId>,
    bytes: Bytes,
) -> Result<FileRow> {
    if bytes.len() > BYTES_MAX {
        return Err(Problem::new(
            ProblemKind::TooLarge,
            "picture_too_large",
            "a picture has at most 10 MiB; make it smaller",
        ));
    }
    let (clean, kind, width, height) = tokio::task::spawn_blocking(move || clean(&bytes))
        .await
        .map_err(|_| not_a_picture("the picture cannot be read; save it anew"))??;
    let row = FileRow {
        id: FileId::new(house.now()),
        shop,
        thread,
        author,
        kind: kind.to_owned(),
        width: i64::from(width),
        height: i64::from(height),
        bytes: clean.len() as i64,
        name: String::new(),
        secs: 0,
    };
    keep(house, row, Bytes::from(clean)).await
}

async fn keep(house: &House, row: FileRow, bytes: Bytes) -> Result<FileRow> {
    let now = house.now();
    let place = path(house, row.id);
    tokio::task::spawn_blocking(move || write_durably(&place, &bytes))
        .await
        .map_err(|e| failed(&std::io::Error::other(e)))?
        .map_err(|e| failed(&e))?;
    let kept = row.clone();
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| insert(tx, &kept, now))
        .await?;
    Ok(row)
}

/// Bytes first, name second, folder last: a file that the database knows is whole.
fn write_durably(place: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let folder = place
        .parent()
        .ok_or_else(|| std::io::Error::other("a file has a folder"))?;
    std::fs::create_dir_all(folder)?;
    let new = place.with_extension("new");
    let mut file = std::fs::File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&new, place)?;
    std::fs::File::open(folder)?.sync_all()
}

fn tag(secret: &[u8], id: FileId, viewer: Uuid, until: i64) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(id.0.as_bytes());
    mac.update(viewer.as_bytes());
    mac.update(&until.to_be_bytes());
    Some(mac)
}

/// Address of a file for one viewer; the same for some hours. `None` if the shop is unknown.
pub fn signed_path(house: &House, shop: ShopId, id: FileId, viewer: Uuid) -> Option<String> {
    let directory = house.directory();
    let secret = &directory.shop(shop)?.secret;
    let step = house.now().micros() / 1_000_000 / SIGN_STEP_SECS;
    let until = (step + 2) * SIGN_STEP_SECS;
    let sign = URL_SAFE_NO_PAD.encode(&tag(secret, id, viewer, until)?.finalize().into_bytes()[..16]);
    Some(format!("/files/{id}?v={viewer}&e={until}&s={sign}"))
}

/// What is behind a signed address, and its bytes.
pub async fn open(
    house: &House,
    id: FileId,
    viewer: Uuid,
    until: i64,
    sign: &str,
) -> Result<(FileRow, Bytes)> {
    let gone = || Problem::not_found("picture");
    let row = house.read(move |tx| get(tx, id)).await?.ok_or_else(gone)?;
    let directory = house.directory();
    let secret = &directory.shop(row.shop).ok_or_else(gone)?.secret;
    let given = URL_SAFE_NO_PAD.decode(sign).map_err(|_| gone())?;
    let right = tag(secret, id, viewer, until)
        .ok_or_else(gone)?
        .verify_truncated_left(&given)
        .is_ok()
        && given.len() == 16;
    if !right || Stamp::from_secs(until) < house.now() {
        return Err(gone());
    }
    let bytes = read_bytes(house, id).await?;
    Ok((row, bytes))
}

/// The bytes of a stored file.
pub(crate) async fn read_bytes(house: &House, id: FileId) -> Result<Bytes> {
    let bytes = tokio::fs::read(path(house, id)).await.map_err(|error| {
        tracing::error!(%error, file = %id, "a picture is missing on disk");
        Problem::not_found("picture")
    })?;
    Ok(Bytes::from(bytes))
}

/// Takes the bytes of files off the disk. What is not there is gone already; what cannot be removed is logged and lies there
/// without an address.
pub(crate) async fn remove_bytes(house: &House, ids: &[FileId]) {
    for id in ids {
        if let Err(error) = tokio::fs::remove_file(path(house, *id)).await
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::error!(%error, file = %id, "a file could not be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pixels_survive_and_sides_are_bounded() {
        let picture = DynamicImage::new_rgb8(3_000, 30);
        let mut png = Cursor::new(Vec::new());
        picture.write_to(&mut png, ImageFormat::Png).unwrap();
        let (out, kind, width, height) = clean(&png.into_inner()).unwrap();
        assert_eq!((kind, width), ("image/jpeg", SIDE_MAX));
        assert!(height > 0 && !out.is_empty());
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert_eq!(clean(b"<svg onload=alert(1)>").unwrap_err().code, "not_a_picture");
        assert_eq!(
            clean(b"\x89PNG\r\n\x1a\nbroken").unwrap_err().code,
            "not_a_picture"
        );
    }
}
