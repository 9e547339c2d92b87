//! What the kernel tells of processes and of the machine.

use anyhow::{Context, Result};

/// Ticks of the processor's clock in `/proc`, a second: fixed by the kernel's interface.
const TICKS: f64 = 100.0;

/// Resident memory of a process, KiB.
pub(crate) fn resident_kib(pid: u32) -> Result<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status"))
        .context("the server's memory cannot be read")?;
    text.lines()
        .find_map(|line| {
            line.strip_prefix("VmRSS:")?
                .trim()
                .strip_suffix("kB")?
                .trim()
                .parse()
                .ok()
        })
        .context("/proc does not tell the resident memory")
}

/// Processor seconds that a process has used (user, system).
pub(crate) fn cpu_seconds(pid: u32) -> Result<(f64, f64)> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .context("the server's processor time cannot be read")?;
    // The name in brackets may hold anything; what follows is counted from the last bracket.
    let rest = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let seconds = |i: usize| {
        fields
            .get(i)
            .and_then(|t| t.parse::<f64>().ok())
            .map(|t| t / TICKS)
    };
    seconds(11)
        .zip(seconds(12))
        .context("/proc does not tell the processor time")
}

/// Processor seconds that the whole machine has been busy.
pub(crate) fn busy_seconds() -> Result<f64> {
    let text = std::fs::read_to_string("/proc/stat")?;
    let first = text.lines().next().unwrap_or_default();
    let ticks: Vec<f64> = first
        .split_whitespace()
        .skip(1)
        .filter_map(|t| t.parse().ok())
        .collect();
    // user nice system idle iowait irq softirq steal
    let busy = ticks
        .iter()
        .take(8)
        .enumerate()
        .filter(|(i, _)| *i != 3 && *i != 4)
        .map(|(_, t)| t)
        .sum::<f64>();
    Ok(busy / TICKS)
}

/// Processors in use by others just before the load begins: figures count only when it is near 0.
pub(crate) fn busy_before() -> Result<f64> {
    let (began, busy) = (std::time::Instant::now(), busy_seconds()?);
    std::thread::sleep(std::time::Duration::from_secs(1));
    Ok((busy_seconds()? - busy) / began.elapsed().as_secs_f64())
}

/// Average number of runnable tasks over the last minute.
pub(crate) fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().unwrap_or("unknown").to_owned()
}

/// Who uses the processors between two moments.
pub(crate) struct Shares {
    began: std::time::Instant,
    busy: f64,
    server: (f64, f64),
    own: (f64, f64),
    pid: u32,
}

impl Shares {
    pub(crate) fn begin(pid: u32) -> Result<Self> {
        Ok(Self {
            began: std::time::Instant::now(),
            busy: busy_seconds()?,
            server: cpu_seconds(pid)?,
            own: cpu_seconds(std::process::id())?,
            pid,
        })
    }

    /// Processors in use, on average: by the server (user and kernel), by the generator, by the whole machine. The last is counted
    /// by the kernel in another way, with interrupts and whatever the host takes, and is more than the sum.
    pub(crate) fn end(self, figures: &mut crate::report::Figures) -> Result<()> {
        let secs = self.began.elapsed().as_secs_f64();
        let (user, system) = cpu_seconds(self.pid)?;
        let (user, system) = (user - self.server.0, system - self.server.1);
        let own = cpu_seconds(std::process::id())?;
        let own = own.0 + own.1 - self.own.0 - self.own.1;
        let all = busy_seconds()? - self.busy;
        figures
            .round("server_cpus", (user + system) / secs, 2)
            .round("server_cpus_in_kernel", system / secs, 2)
            .round("generator_cpus", own / secs, 2)
            .round("machine_busy_cpus", all / secs, 2);
        Ok(())
    }
}
