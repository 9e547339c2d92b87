//! What may be written on the command line.

use clap::{Parser, Subcommand, ValueEnum};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// Customer service of an online shop: desk, widget, figures.
#[derive(Parser)]
#[command(name = "yingke", version, propagate_version = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// How the log is written.
    pub(crate) fn log_format(&self) -> LogFormat {
        match &self.command {
            Command::Serve(words) => words.log_format,
            _ => LogFormat::Text,
        }
    }
    /// Commands that print data keep their log short.
    pub(crate) fn quiet(&self) -> bool {
        !matches!(self.command, Command::Serve(_) | Command::Demo(_))
    }
}

/// Where the facts are.
#[derive(clap::Args, Clone)]
pub(crate) struct House {
    /// Data folder: embedded database, pictures, local socket. Made if it does not exist.
    #[arg(long, value_name = "DIR", default_value = "data", env = "YINGKE_DATA")]
    pub(crate) data: PathBuf,
    /// PostgreSQL instead of the embedded database: postgres://user:password@host/name
    #[arg(long, value_name = "URL", env = "YINGKE_DATABASE", hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// Policy files (TOML), each in force from its `effective` date. While files are named, only they count: the versions that
    /// were set on the page of rules wait.
    #[arg(long, value_name = "FILE", env = "YINGKE_POLICY")]
    pub(crate) policy: Vec<PathBuf>,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// A line for reading.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

/// How data is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For reading.
    Table,
    /// One document.
    Json,
    /// For a spreadsheet.
    Csv,
}

/// How rows are printed that may also be a workbook.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FileFormat {
    /// For reading.
    Table,
    /// One document.
    Json,
    /// For a spreadsheet.
    Csv,
    /// A workbook.
    Xlsx,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run the server. The first run prints a one-time link to make the owner's account.
    Serve(Serve),
    /// Run a demonstration shop with simulated agents and buyers in a throw-away folder.
    Demo(Demo),
    /// Import files that platforms export.
    #[command(subcommand)]
    Import(Import),
    /// Write what the house holds as files for other programs.
    #[command(subcommand)]
    Export(Export),
    /// Print figures.
    #[command(subcommand)]
    Report(Report),
    /// Bring the database's schema up to this version (the server does it by itself).
    Migrate {
        #[command(flatten)]
        house: House,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
    /// Make a one-time sign-in link for somebody (lost password), or the owner's first link.
    Link {
        #[command(flatten)]
        house: House,
        /// Login of the person; without: the owner's first link.
        login: Option<String>,
    },
    /// Find messages, buyers, orders and goods by words.
    Search {
        #[command(flatten)]
        house: House,
        #[command(flatten)]
        words: crate::command::SearchWords,
        /// How the result is printed.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Let an owner back in who lost the password or the phone: prints a one-time link that sets a new password.
    RecoverOwner {
        #[command(flatten)]
        house: House,
        /// Login of the owner, where there are several.
        #[arg(long)]
        login: Option<String>,
        /// Also turns the second factor off.
        #[arg(long)]
        without_totp: bool,
    },
    /// List shops, make one, or set its name, sites, texts and lines.
    Shop {
        #[command(flatten)]
        house: House,
        #[command(flatten)]
        shop: crate::command::ShopWords,
        /// How the result is printed.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Back up everything into one checked file, while the server works or while none runs.
    Backup {
        #[command(flatten)]
        house: House,
        /// The file to write, or a folder for it; without: `backups` in the data folder.
        #[arg(long, value_name = "PATH")]
        to: Option<PathBuf>,
        /// Afterwards delete all but so many of that folder's backups, the oldest first.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
        keep: Option<u64>,
        /// How the result is printed.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Read a backup into an empty folder (and an empty PostgreSQL database); no server may run there.
    Restore {
        /// The backup.
        file: PathBuf,
        #[command(flatten)]
        house: House,
        /// Move what is there aside (nothing is deleted), instead of refusing.
        #[arg(long)]
        replace: bool,
        /// How the result is printed.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Look at everything that a house rests on, and say how to mend what is not well.
    Doctor {
        #[command(flatten)]
        house: House,
        /// Also look at the way in that people take, e.g. https://kf.example.com
        #[arg(long, value_name = "URL")]
        url: Option<String>,
        /// A PEM file whose certificates are trusted too, for a proxy with a certificate of your own making.
        #[arg(long, value_name = "FILE")]
        trust: Option<PathBuf>,
        /// How the result is printed.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Print the built-in policy: every figure of the rules with its rule id.
    DefaultConfig,
    /// Read a draft as the desk does before it is sent. Exit code 0: clean or hints; 1: warned or blocked.
    Guard(crate::command::GuardWords),
    /// Look over a file without using it.
    #[command(subcommand)]
    Check(Check),
}

#[derive(Subcommand)]
pub(crate) enum Check {
    /// A policy: whether it is one, and what it changes.
    Policy {
        /// The file (TOML); `-` reads standard input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// How the result is printed.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
}

#[derive(clap::Args, Clone)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) house: House,
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080", env = "YINGKE_LISTEN")]
    pub(crate) listen: SocketAddr,
    /// How people reach the server, e.g. https://kf.example.com (behind a proxy that does TLS).
    #[arg(long, value_name = "URL", env = "YINGKE_PUBLIC_URL")]
    pub(crate) public_url: Option<String>,
    /// Proxies whose X-Forwarded-For is believed.
    #[arg(long, value_name = "IP", env = "YINGKE_TRUSTED_PROXY", value_delimiter = ',')]
    pub(crate) trusted_proxy: Vec<IpAddr>,
    /// Where the numbers for Prometheus are given out (/metrics), e.g. 127.0.0.1:9464; nowhere without.
    #[arg(long, value_name = "ADDRESS", env = "YINGKE_METRICS")]
    pub(crate) metrics: Option<SocketAddr>,
    /// Let --metrics be an address that other machines reach: whoever reaches it reads it.
    #[arg(long)]
    pub(crate) metrics_open: bool,
    /// Back up every day at this time of the first shop's clock, HH:MM.
    #[arg(long, value_name = "TIME", env = "YINGKE_BACKUP_AT")]
    pub(crate) backup_at: Option<String>,
    /// Folder of the daily backups; without: `backups` in the data folder. Best on another disk.
    #[arg(long, value_name = "DIR", env = "YINGKE_BACKUP_DIR")]
    pub(crate) backup_dir: Option<PathBuf>,
    /// How many daily backups are kept.
    #[arg(long, value_name = "N", default_value_t = 14, value_parser = clap::value_parser!(u64).range(1..), env = "YINGKE_BACKUP_KEEP")]
    pub(crate) backup_keep: u64,
    /// How the log is written.
    #[arg(long, value_enum, default_value_t = LogFormat::Text, env = "YINGKE_LOG_FORMAT")]
    pub(crate) log_format: LogFormat,
    /// Sockets that one address may have open at once; 0 = any number. An office behind one address counts as one.
    #[arg(long, value_name = "N", env = "YINGKE_MAX_SOCKETS", default_value_t = 2_000)]
    pub(crate) max_sockets: usize,
    /// No limits on how often one address may greet and write; for load generators only.
    #[arg(long, hide = true)]
    pub(crate) no_flood_limits: bool,
    /// Show the demonstration's shop page at /shop; for tests only.
    #[arg(long, hide = true)]
    pub(crate) show_shop: bool,
}

impl Serve {
    /// The words of a server that nobody gave any, at this address.
    pub(crate) fn on(listen: SocketAddr) -> Self {
        Self {
            house: House {
                data: PathBuf::from("data"),
                database: None,
                policy: Vec::new(),
            },
            listen,
            public_url: None,
            trusted_proxy: Vec::new(),
            max_sockets: 2_000,
            metrics: None,
            metrics_open: false,
            backup_at: None,
            backup_dir: None,
            backup_keep: 14,
            log_format: LogFormat::Text,
            no_flood_limits: false,
            show_shop: false,
        }
    }
}

#[derive(clap::Args, Clone)]
pub(crate) struct Demo {
    /// Address to listen on; the next free port is taken if this one is in use.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Keep the data in this folder instead of a throw-away one.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// PostgreSQL instead of the embedded database.
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// Seed of the shop: the same seed gives the same goods, and on the same day the same past [default: 20261003, or what the folder was begun with].
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Days of the past, besides today [default: 60, or what the folder was begun with].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=400))]
    pub(crate) days: Option<u16>,
    /// Nobody talks by themselves: only the past, and whoever uses the pages.
    #[arg(long)]
    pub(crate) quiet: bool,
}

#[derive(Subcommand)]
pub(crate) enum Import {
    /// Chat records: JSON lines, the analysis console's JSON, text copied from the platform's window.
    Chats {
        #[command(flatten)]
        house: House,
        /// Files; `-` reads standard input.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Shop of lines that name none.
        #[arg(long, value_name = "CODE")]
        shop: Option<String>,
        /// Channel of lines that name none.
        #[arg(long)]
        channel: Option<String>,
        /// The shop's own accounts, for copied text (names with a colon are known without).
        #[arg(long, value_name = "NAME")]
        account: Vec<String>,
        /// Only say what would happen.
        #[arg(long)]
        dry_run: bool,
        /// How the result is printed.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Goods: a table as CSV or xlsx with the columns number, title, price, and more.
    Goods {
        #[command(flatten)]
        house: House,
        /// Files; `-` reads standard input.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Shop of the goods.
        #[arg(long, value_name = "CODE")]
        shop: Option<String>,
        /// Only say what would happen.
        #[arg(long)]
        dry_run: bool,
        /// How the result is printed.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Order lists.
    Orders {
        #[command(flatten)]
        house: House,
        /// Files; `-` reads standard input.
        #[arg(required_unless_present = "layouts", value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Shop of the orders.
        #[arg(long, value_name = "CODE")]
        shop: Option<String>,
        /// Only say what would happen.
        #[arg(long)]
        dry_run: bool,
        /// List the layouts that are understood, and what their amounts mean.
        #[arg(long)]
        layouts: bool,
        /// How the result is printed.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Quick phrases: the platform's CSV, a helper program's file (V3), our own table as CSV or xlsx, or the stock of this program.
    Phrases {
        #[command(flatten)]
        house: House,
        /// Files; `-` reads standard input.
        #[arg(required_unless_present = "stock", value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Shop of the phrases [default: main].
        #[arg(long, value_name = "CODE")]
        shop: Option<String>,
        /// Login of the person whose own phrases they become; without: the team's.
        #[arg(long, value_name = "LOGIN")]
        person: Option<String>,
        /// Take out the phrases that the file does not have; they can be restored for a while. Takes one file, and takes nothing out
        /// while a line of it is refused.
        #[arg(long)]
        replace: bool,
        /// Put in the phrases that come with this program, those whose codes are not there yet.
        #[arg(long, conflicts_with_all = ["files", "person", "replace"])]
        stock: bool,
        /// Only say what would happen.
        #[arg(long)]
        dry_run: bool,
        /// How the result is printed.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Words that the shop does not want said: a table (word, severity, better wording) as CSV or xlsx, or a list of one word a line.
    Words {
        #[command(flatten)]
        house: House,
        /// A file; `-` reads standard input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Shop of the words [default: main].
        #[arg(long, value_name = "CODE")]
        shop: Option<String>,
        /// Take out the words that the file does not have; nothing while a line of it is refused.
        #[arg(long)]
        replace: bool,
        /// Only say what would happen.
        #[arg(long)]
        dry_run: bool,
        /// How the result is printed.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
}

/// As what a table of words is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WordForm {
    /// UTF-8, for any program.
    Csv,
    /// A workbook.
    Xlsx,
}

/// As what a table of phrases is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PhraseForm {
    /// Our own with all columns, UTF-8.
    Csv,
    /// The platform's three columns, GB18030: code, text and group only.
    Taobao,
    /// The helper program's, GB18030.
    V3,
    /// Our own with all columns, a workbook.
    Xlsx,
}

#[derive(Subcommand)]
pub(crate) enum Export {
    /// Quick phrases of the team or of a person.
    Phrases {
        #[command(flatten)]
        house: House,
        /// Shop of the phrases [default: main].
        #[arg(long, value_name = "CODE")]
        shop: Option<String>,
        /// Login of the person whose own phrases are written; without: the team's.
        #[arg(long, value_name = "LOGIN")]
        person: Option<String>,
        /// As what they are written [default: xlsx where --out ends in .xlsx, else csv].
        #[arg(long = "as", value_enum, value_name = "FORM")]
        form: Option<PhraseForm>,
        /// Write to this file instead of standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Words that the shop does not want said.
    Words {
        #[command(flatten)]
        house: House,
        /// Shop of the words [default: main].
        #[arg(long, value_name = "CODE")]
        shop: Option<String>,
        /// As what they are written [default: xlsx where --out ends in .xlsx, else csv].
        #[arg(long = "as", value_enum, value_name = "FORM")]
        form: Option<WordForm>,
        /// Write to this file instead of standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
pub(crate) enum Report {
    /// Who was fast: volume and response figures.
    Performance {
        #[command(flatten)]
        house: House,
        /// First day, YYYY-MM-DD.
        #[arg(long, value_name = "DATE")]
        from: String,
        /// Last day, inclusive.
        #[arg(long, value_name = "DATE")]
        to: String,
        /// Grouping: some of shop,agent,line,date,hour.
        #[arg(long, default_value = "shop,agent,date")]
        by: String,
        /// Leave out what was said later than this (RFC 3339).
        #[arg(long, value_name = "TIME")]
        as_of: Option<String>,
        /// How it is printed. csv has the field names in its head, xlsx words and a sheet that says what they mean.
        #[arg(long, value_enum, default_value_t = FileFormat::Table)]
        format: FileFormat,
        /// Write to this file instead of standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Language of the words in xlsx: zh-CN or en.
        #[arg(long, value_name = "LANG", default_value = "zh-CN", value_parser = ["zh-CN", "en"])]
        lang: String,
    },
}
