//! A disk that forgets what was not flushed.
//!
//! An SQLite VFS over the machine's own: locks and shared memory are real, the content of the files is kept here, as of the
//! last flush and as of now. SIGKILL leaves the page cache standing and so proves nothing about flushing; this does.
#![expect(
    unsafe_code,
    reason = "an SQLite VFS is a table of C functions; only this test has one"
)]

use rusqlite::ffi;
use std::collections::HashMap;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::path::Path;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

/// One machine's disk; lives as long as the test process, as SQLite keeps a pointer to it.
pub(crate) struct Disk {
    pub(crate) name: String,
    real: *mut ffi::sqlite3_vfs,
    files: Mutex<HashMap<String, File>>,
    /// Flushes so far.
    pub(crate) flushes: AtomicU64,
}

// SAFETY: the pointer is to SQLite's own default VFS, which is never unregistered and may be used from any thread.
unsafe impl Sync for Disk {}
// SAFETY: as above.
unsafe impl Send for Disk {}

#[derive(Default)]
struct File {
    now: Vec<u8>,
    flushed: Vec<u8>,
    /// Changes since the flush, in order.
    loose: Vec<Change>,
}

enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
}

impl Change {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::Write(at, bytes) => {
                if content.len() < at + bytes.len() {
                    content.resize(at + bytes.len(), 0);
                }
                content[*at..at + bytes.len()].copy_from_slice(bytes);
            }
            Self::Cut(len) => content.truncate(*len),
        }
    }
}

/// What stands in place of SQLite's file; the real one lies right behind it in the same allocation.
#[repr(C)]
struct Handle {
    base: ffi::sqlite3_file,
    disk: *const Disk,
    name: *mut String,
    real: *mut ffi::sqlite3_file,
}

impl Disk {
    /// Registers a new disk under a name of its own.
    pub(crate) fn new() -> &'static Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("forgetful-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        // SAFETY: SQLite is initialised by the first open; asking for the default VFS does it too. The copy differs from the
        // original only in the fields set here, and both it and the disk are leaked, so every pointer stays good.
        unsafe {
            let real = ffi::sqlite3_vfs_find(ptr::null());
            assert!(!real.is_null(), "SQLite has a default VFS");
            let disk: &'static Disk = Box::leak(Box::new(Disk {
                name: name.clone(),
                real,
                files: Mutex::default(),
                flushes: AtomicU64::new(0),
            }));
            let mut vfs = *real;
            vfs.pNext = ptr::null_mut();
            vfs.zName = CString::new(name).unwrap().into_raw();
            vfs.szOsFile = size_of::<Handle>() as c_int + (*real).szOsFile;
            vfs.pAppData = ptr::from_ref(disk).cast_mut().cast();
            vfs.xOpen = Some(open);
            vfs.xDelete = Some(delete);
            vfs.xAccess = Some(access);
            assert_eq!(
                ffi::sqlite3_vfs_register(Box::leak(Box::new(vfs)), 0),
                ffi::SQLITE_OK
            );
            disk
        }
    }

    fn files(&self) -> MutexGuard<'_, HashMap<String, File>> {
        self.files
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Writes into `folder` what the disk would hold if the power failed now: all that was flushed, and of the loose changes
    /// those that `keep` chooses (a disk writes in any order it likes).
    pub(crate) fn after_power_cut(&self, folder: &Path, mut keep: impl FnMut() -> bool) {
        let files = self.files();
        for (name, file) in files.iter() {
            let mut content = file.flushed.clone();
            for change in &file.loose {
                if keep() {
                    change.apply(&mut content);
                }
            }
            if let Some(name) = Path::new(name).file_name()
                && !content.is_empty()
            {
                std::fs::write(folder.join(name), content).unwrap();
            }
        }
    }

    /// Whether a checkpoint has reached the database file and was flushed there.
    pub(crate) fn flushed_len(&self, ending: &str) -> usize {
        self.files()
            .iter()
            .find(|(name, _)| name.ends_with(ending))
            .map_or(0, |(_, file)| file.flushed.len())
    }
}

/// # Safety
/// `vfs` is one that [`Disk::new`] registered.
unsafe fn disk_of<'d>(vfs: *mut ffi::sqlite3_vfs) -> &'d Disk {
    // SAFETY: `pAppData` was set to a leaked `Disk`.
    unsafe { &*(*vfs).pAppData.cast::<Disk>() }
}

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives `szOsFile` bytes at `file`: our handle and, behind it, room for the real file.
    unsafe {
        let disk = disk_of(vfs);
        let handle = file.cast::<Handle>();
        let real = handle.add(1).cast::<ffi::sqlite3_file>();
        (*handle).base.pMethods = ptr::null();
        (*real).pMethods = ptr::null();
        let Some(real_open) = (*disk.real).xOpen else {
            return ffi::SQLITE_CANTOPEN;
        };
        let code = real_open(disk.real, name, real, flags, out);
        if code != ffi::SQLITE_OK {
            return code;
        }
        let key = if name.is_null() {
            format!("unnamed-{:p}", file)
        } else {
            CStr::from_ptr(name).to_string_lossy().into_owned()
        };
        disk.files().entry(key.clone()).or_default();
        (*handle).disk = disk;
        (*handle).name = Box::into_raw(Box::new(key));
        (*handle).real = real;
        (*handle).base.pMethods = &raw const METHODS;
        ffi::SQLITE_OK
    }
}

unsafe extern "C" fn delete(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    // SAFETY: SQLite passes the VFS we registered and a name that ends with 0.
    unsafe {
        let disk = disk_of(vfs);
        disk.files()
            .remove(CStr::from_ptr(name).to_string_lossy().as_ref());
        (*disk.real)
            .xDelete
            .map_or(ffi::SQLITE_OK, |real| real(disk.real, name, sync))
    }
}

unsafe extern "C" fn access(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: as for `delete`; `out` is SQLite's.
    unsafe {
        let disk = disk_of(vfs);
        if let Some(file) = disk.files().get(CStr::from_ptr(name).to_string_lossy().as_ref()) {
            // An empty file counts as none, as with the real one.
            *out = c_int::from(flags != ffi::SQLITE_ACCESS_EXISTS || !file.now.is_empty());
            return ffi::SQLITE_OK;
        }
        (*disk.real)
            .xAccess
            .map_or(ffi::SQLITE_IOERR, |real| real(disk.real, name, flags, out))
    }
}

/// Runs `f` with the handle's disk and content.
///
/// # Safety
/// `file` was opened by [`open`] and is not closed.
unsafe fn with<T>(file: *mut ffi::sqlite3_file, f: impl FnOnce(&Disk, &mut File) -> T) -> T {
    // SAFETY: the handle's pointers are good from open to close.
    unsafe {
        let handle = file.cast::<Handle>();
        let disk = &*(*handle).disk;
        let mut files = disk.files();
        let content = files.entry((*(*handle).name).clone()).or_default();
        f(disk, content)
    }
}

/// Calls the real file's method.
macro_rules! real {
    ($file:ident . $method:ident ( $($arg:expr),* )) => {
        // SAFETY: the real file was opened by the real VFS and is closed only with this handle.
        unsafe {
            let real = (*$file.cast::<Handle>()).real;
            match (*(*real).pMethods).$method {
                Some(method) => method(real, $($arg),*),
                None => ffi::SQLITE_IOERR,
            }
        }
    };
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    let code = real!(file.xClose());
    // SAFETY: the name was boxed by `open`; SQLite closes once.
    unsafe { drop(Box::from_raw((*file.cast::<Handle>()).name)) };
    code
}
unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, to: *mut c_void, len: c_int, at: i64) -> c_int {
    // SAFETY: SQLite gives `len` bytes at `to`.
    unsafe {
        let to = std::slice::from_raw_parts_mut(to.cast::<u8>(), len as usize);
        with(file, |_, content| {
            let at = (at as usize).min(content.now.len());
            let have = to.len().min(content.now.len() - at);
            to[..have].copy_from_slice(&content.now[at..at + have]);
            to[have..].fill(0);
            if have == to.len() {
                ffi::SQLITE_OK
            } else {
                ffi::SQLITE_IOERR_SHORT_READ
            }
        })
    }
}
unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, from: *const c_void, len: c_int, at: i64) -> c_int {
    // SAFETY: SQLite gives `len` bytes at `from`.
    unsafe {
        let bytes = std::slice::from_raw_parts(from.cast::<u8>(), len as usize).to_vec();
        with(file, |_, content| {
            let change = Change::Write(at as usize, bytes);
            change.apply(&mut content.now);
            content.loose.push(change);
            ffi::SQLITE_OK
        })
    }
}
unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, len: i64) -> c_int {
    // SAFETY: an open file.
    unsafe {
        with(file, |_, content| {
            let change = Change::Cut(len as usize);
            change.apply(&mut content.now);
            content.loose.push(change);
            ffi::SQLITE_OK
        })
    }
}
unsafe extern "C" fn flush(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: an open file.
    unsafe {
        with(file, |disk, content| {
            disk.flushes.fetch_add(1, Ordering::Relaxed);
            for change in content.loose.drain(..) {
                change.apply(&mut content.flushed);
            }
            ffi::SQLITE_OK
        })
    }
}
unsafe extern "C" fn size(file: *mut ffi::sqlite3_file, out: *mut i64) -> c_int {
    // SAFETY: an open file; `out` is SQLite's.
    unsafe {
        *out = with(file, |_, content| content.now.len() as i64);
    }
    ffi::SQLITE_OK
}
unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    real!(file.xLock(level))
}
unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    real!(file.xUnlock(level))
}
unsafe extern "C" fn reserved(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    real!(file.xCheckReservedLock(out))
}
unsafe extern "C" fn control(_: *mut ffi::sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}
unsafe extern "C" fn sector(_: *mut ffi::sqlite3_file) -> c_int {
    4_096
}
unsafe extern "C" fn traits(_: *mut ffi::sqlite3_file) -> c_int {
    // The same promise that the machine's own VFS makes, so that the same code runs.
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}
unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    page: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    real!(file.xShmMap(page, size, extend, out))
}
unsafe extern "C" fn shm_lock(file: *mut ffi::sqlite3_file, offset: c_int, n: c_int, flags: c_int) -> c_int {
    real!(file.xShmLock(offset, n, flags))
}
unsafe extern "C" fn shm_barrier(file: *mut ffi::sqlite3_file) {
    // SAFETY: as for `real!`; this method gives nothing back.
    unsafe {
        let real = (*file.cast::<Handle>()).real;
        if let Some(method) = (*(*real).pMethods).xShmBarrier {
            method(real);
        }
    }
}
unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, delete: c_int) -> c_int {
    real!(file.xShmUnmap(delete))
}

/// Version 2: with shared memory, without mapped reads, which would pass by this disk.
static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(flush),
    xFileSize: Some(size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(reserved),
    xFileControl: Some(control),
    xSectorSize: Some(sector),
    xDeviceCharacteristics: Some(traits),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};
