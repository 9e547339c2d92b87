//! What finding a phrase costs, and what the index takes: `cargo run --release -p yingke-domain --example phrase_speed [PHRASES]`.

use std::hint::black_box;
use std::time::Instant;
use uuid::Uuid;
use yingke_domain::phrase::find::{Entry, Index, Query};
use yingke_domain::stage::Stage;
use yingke_kernel::PhraseId;

const SUBJECTS: [&str; 16] = [
    "这款四件套",
    "亚麻窗帘",
    "您选的地毯",
    "乳胶枕",
    "记忆棉床垫",
    "这批毛巾",
    "香薰蜡烛",
    "手工陶瓷杯",
    "实木小凳",
    "遮光帘",
    "珊瑚绒毯",
    "懒人沙发",
    "收纳筐",
    "硅藻泥地垫",
    "落地灯",
    "双层玻璃壶",
];
const SAYINGS: [&str; 16] = [
    "今天下午四点前付款当天发货，之后的明天上午发",
    "支持七天无理由退换，保持吊牌完好就可以",
    "建议三十度以下手洗，阴凉处晾干，不要暴晒",
    "目前库存不多，拍下后会尽快为您安排",
    "有三个颜色，米白卖得最好，灰色更耐脏",
    "活动价到今晚十二点，之后恢复原价",
    "默认走{快递}，偏远地区大约多两天",
    "尺码偏大半码，平时穿{尺码}的话选小一号更合适",
    "订单{订单号}已经为您备注，仓库会优先处理",
    "如果收到有破损，拍照发给我，马上为您补发",
    "发票随货寄出，抬头和税号请在这里告诉我",
    "都是现做的，没有色差，图片是自然光下实拍",
    "第二件半价，和朋友一起拍更划算",
    "面料是长绒棉，亲肤透气，四季都能用",
    "安装很简单，包裹里有说明书和配件",
    "重量大约两公斤，一个人搬动没有问题",
];
const OPENINGS: [&str; 8] = [
    "您好，",
    "亲，",
    "感谢您的耐心等待，",
    "请放心，",
    "",
    "刚刚帮您核实过，",
    "明白您的意思，",
    "{买家}您好，",
];
const QUERIES: [&str; 12] = [
    "fh",
    "fahuo",
    "f",
    "发货",
    "sqw",
    "chengnuo",
    "kuaidi mtfh",
    "xiaoyihao",
    "p4711",
    "发huo",
    "zzzz",
    "长绒棉 ztf",
];

#[expect(clippy::print_stdout, reason = "a figure to read")]
fn main() {
    let count: usize = std::env::args()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(10_000);
    let mut seed = 7_u64;
    let mut next = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(seed >> 33).unwrap_or(0) % below
    };
    let phrases: Vec<(String, String, String)> = (0..count)
        .map(|n| {
            let (subject, saying) = (SUBJECTS[next(16)], SAYINGS[next(16)]);
            // A part of its own for each, so that the index meets as many characters as a large shop writes.
            let own: String = (0..12)
                .filter_map(|_| char::from_u32(0x4e00 + u32::try_from(next(3_500)).unwrap_or(0)))
                .collect();
            let text = format!(
                "{}{subject}{saying}。{own}。{}",
                OPENINGS[next(8)],
                SAYINGS[next(16)]
            );
            (format!("p{n}"), format!("{subject}{}", next(100)), text)
        })
        .collect();
    let characters: usize = phrases.iter().map(|(_, _, text)| text.chars().count()).sum();
    let begun = Instant::now();
    let index = Index::new(phrases.iter().enumerate().map(|(n, (code, title, text))| Entry {
        id: PhraseId(Uuid::from_u128(n as u128)),
        code,
        title,
        text,
        level: 1 + i64::try_from(n % 3).unwrap_or(0),
        stage: Stage::ALL.get(n % 9).copied(),
        used: i64::try_from(n % 97).unwrap_or(0),
        last_used: None,
        place: i64::try_from(n).unwrap_or(0),
    }));
    println!(
        "{} phrases, {} characters each: built in {:.0} ms, {} KiB",
        index.len(),
        characters / count.max(1),
        begun.elapsed().as_secs_f64() * 1e3,
        index.bytes() / 1024
    );
    let mut all = Vec::new();
    for text in QUERIES {
        let query = Query::new(text);
        let found = index.find(&query, None, usize::MAX).len();
        let mut times: Vec<f64> = (0..200)
            .map(|_| {
                let begun = Instant::now();
                black_box(index.find(black_box(&query), Some(Stage::Dialogue), 20));
                begun.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!(
            "{text:16} {found:6} found: median {:.2} ms, longest {:.2} ms",
            times[times.len() / 2],
            times[times.len() - 1]
        );
        all.extend(times);
    }
    all.sort_by(f64::total_cmp);
    println!(
        "all              median {:.2} ms, p99 {:.2} ms, longest {:.2} ms",
        all[all.len() / 2],
        all[all.len() * 99 / 100],
        all[all.len() - 1]
    );
}
