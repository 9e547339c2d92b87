//! The data folder, its disk, the clock, and what a process left behind.

use super::{Findings, State, size};
use std::io::{Seek, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, Instant};
use yingke_kernel::{Clock, SystemClock};

/// Free bytes below which it is said, and below which it is said loudly.
const LITTLE: u64 = 2 << 30;
const TOO_LITTLE: u64 = 200 << 20;
/// Flushes measured.
const FLUSHES: usize = 32;
/// A flush that takes longer makes every message wait that long; one that is shorter has not reached a disk.
const SLOW: Duration = Duration::from_millis(20);
const TOO_SLOW: Duration = Duration::from_millis(150);
const TOO_FAST: Duration = Duration::from_micros(15);

/// Looks at the folder, its disk and the clock; whether the folder is there.
pub(super) fn look(data: &Path, found: &mut Findings) -> bool {
    clock(found);
    let Ok(about) = std::fs::metadata(data) else {
        found.warn(
            "folder",
            format!("{} is not there", data.display()),
            "start `yingke serve` on it to make it, or name another one with --data",
        );
        return false;
    };
    if !about.is_dir() {
        found.bad(
            "folder",
            format!("{} is no folder", data.display()),
            "name another one with --data",
        );
        return false;
    }
    permissions(data, &about, found);
    disk(data, found);
    flush(data, found);
    true
}

fn permissions(data: &Path, about: &std::fs::Metadata, found: &mut Findings) {
    let mode = about.mode() & 0o777;
    if mode & 0o077 != 0 {
        found.bad(
            "folder",
            format!(
                "{} may be entered by others (mode {mode:03o}): they read every message",
                data.display()
            ),
            format!("chmod 700 {}", data.display()),
        );
        return;
    }
    let open: Vec<String> = ["yingke.db", "yingke.db-wal"]
        .iter()
        .filter_map(|name| {
            let owner = std::fs::metadata(data.join(name)).ok()?.uid();
            (owner != about.uid()).then(|| format!("{name} belongs to user {owner}"))
        })
        .collect();
    if open.is_empty() {
        found.ok("folder", format!("{}, for its owner only", data.display()));
    } else {
        found.bad(
            "folder",
            format!("belongs to user {}, but {}", about.uid(), open.join(", ")),
            format!("chown -R {} {}", about.uid(), data.display()),
        );
    }
}

fn disk(data: &Path, found: &mut Findings) {
    let Ok(about) = rustix::fs::statvfs(data) else {
        return;
    };
    let (free, all) = (about.f_bavail * about.f_frsize, about.f_blocks * about.f_frsize);
    let state = match free {
        free if free < TOO_LITTLE => State::Bad,
        free if free < LITTLE || free < all / 20 => State::Warn,
        _ => State::Ok,
    };
    found.judge(
        "disk",
        state,
        format!("{} of {} free", size(free), size(all)),
        "make room: on a full disk nothing more is accepted",
    );
    if about.f_files > 0 && about.f_favail < 1_000 {
        found.bad(
            "disk",
            format!("{} names left for new files", about.f_favail),
            "delete small files, or move the folder to another file system",
        );
    }
    let kind = rustix::fs::statfs(data).map(|about| about.f_type & 0xffff_ffff);
    let name = match kind {
        Ok(0x6969) => Some("NFS"),
        Ok(0x517b | 0xff53_4d42 | 0xfe53_4d42) => Some("SMB"),
        Ok(0x0102_1994 | 0x8584_58f6) => Some("a file system in memory"),
        _ => None,
    };
    match name {
        Some("a file system in memory") => found.warn(
            "disk",
            "the folder lies in memory: it is gone with the machine",
            "put it on a disk",
        ),
        Some(name) => found.bad(
            "disk",
            format!("the folder lies on {name}, whose locks and flushes cannot be relied on"),
            "put it on a local disk, and backups on the other",
        ),
        None => {}
    }
}

/// How long it takes until something is on the disk: every acknowledged message waits for this.
fn flush(data: &Path, found: &mut Findings) {
    let measured = (|| -> std::io::Result<Vec<Duration>> {
        let mut file = tempfile::tempfile_in(data)?;
        let block = [0x59_u8; 4096];
        let mut taken = Vec::with_capacity(FLUSHES);
        for _ in 0..FLUSHES {
            file.seek(std::io::SeekFrom::Start(0))?;
            file.write_all(&block)?;
            let begun = Instant::now();
            file.sync_data()?;
            taken.push(begun.elapsed());
        }
        taken.sort();
        Ok(taken)
    })();
    match measured {
        Err(error) => found.bad(
            "flush",
            format!("nothing can be written into {}: {error}", data.display()),
            "give the user of the server the right to write there, or make room",
        ),
        Ok(taken) => {
            let (middle, worst) = (taken[FLUSHES / 2], taken[FLUSHES - 1]);
            let text = format!("{} in the middle, {} at worst", millis(middle), millis(worst));
            if middle < TOO_FAST {
                found.warn(
                    "flush",
                    format!("{text}: faster than a disk writes"),
                    "make sure that the disk (or the virtual machine's) does not answer before it has written: what is acknowledged could be lost in a power cut",
                );
                return;
            }
            let state = match middle {
                m if m > TOO_SLOW => State::Bad,
                m if m > SLOW => State::Warn,
                _ => State::Ok,
            };
            found.judge(
                "flush",
                state,
                text,
                "put the folder on a faster disk (an SSD): every message waits that long",
            );
        }
    }
}

fn millis(d: Duration) -> String {
    format!("{:.2} ms", d.as_secs_f64() * 1_000.0)
}

/// Without a network nobody can say what time it is: what is looked at is whether the clock runs evenly, and whether this
/// machine says that somebody sets it.
fn clock(found: &mut Findings) {
    let (wall, steady) = (SystemClock.now(), Instant::now());
    std::thread::sleep(Duration::from_millis(250));
    let passed = i64::try_from(steady.elapsed().as_micros()).unwrap_or(i64::MAX);
    let jumped = SystemClock.now().micros() - wall.micros() - passed;
    if jumped.abs() > 50_000 {
        found.bad(
            "clock",
            format!("jumped by {} ms within a quarter of a second", jumped / 1_000),
            "let one program alone set the clock, in small steps (chrony, systemd-timesyncd)",
        );
        return;
    }
    let kept = ["/run/systemd/timesync/synchronized", "/run/chrony/chronyd.pid"]
        .iter()
        .any(|file| Path::new(file).exists());
    let by = if kept {
        "a time service runs"
    } else {
        "no time service of this machine was seen"
    };
    found.ok(
        "clock",
        format!("{wall}, runs evenly; {by}. Whether it is right is not asked of any other clock"),
    );
}

/// What a process that was killed leaves behind.
pub(super) fn look_for_leftovers(data: &Path, found: &mut Findings) {
    if yingke_app::backup::refuse_half_restored(data).is_err() {
        found.bad(
            "leftovers",
            "a restore broke off in this folder",
            "run `yingke restore` again; a server does not start here before",
        );
    }
    if data.join("yingke.sock").exists() {
        found.ok(
            "leftovers",
            "a socket of a server that was killed; the next start replaces it",
        );
    }
    let partial = std::fs::read_dir(yingke_app::backup::folder(data))
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| {
            let hour_ago = super::file_time_ago(Duration::from_secs(3600));
            let old = entry
                .metadata()
                .and_then(|m| m.modified())
                .is_ok_and(|at| at < hour_ago);
            let name = entry.file_name();
            let name = name.to_string_lossy();
            old && (name.ends_with(".partial") || name.ends_with(".copy"))
        })
        .count();
    if partial > 0 {
        found.warn(
            "leftovers",
            format!("{partial} files of backups that broke off"),
            "delete backups/*.partial and backups/*.copy",
        );
    }
}
