//! The three hundred products of the demonstration: names, prices, sizes, and what each looks like.

use super::picture::{Kind, Look, Pattern};
use fastrand::Rng;

/// One product.
#[derive(Debug, Clone)]
pub(crate) struct Product {
    /// The shop's own number: `CL-0007`.
    pub(crate) code: String,
    /// Name: `竹青 远山 提花遮光窗帘`.
    pub(crate) title: String,
    /// What buyers call it: `窗帘`.
    pub(crate) noun: &'static str,
    /// Category.
    pub(crate) category: &'static str,
    /// Stuff.
    pub(crate) stuff: &'static str,
    /// The colour's name.
    pub(crate) colour: &'static str,
    /// Sizes, small to large, each with its price in fen.
    pub(crate) sizes: Vec<(&'static str, i64)>,
    /// Struck-through price of the smallest size, in fen.
    pub(crate) list_fen: Option<i64>,
    /// Pieces in stock.
    pub(crate) stock: i64,
    /// How much it is asked for, beside the others.
    pub(crate) weight: u32,
    /// On the shelf.
    pub(crate) on_shelf: bool,
    /// How to wash or clean it.
    pub(crate) care: &'static str,
    /// Its picture.
    pub(crate) look: Look,
}

impl Product {
    /// Price of the smallest size, in fen.
    pub(crate) fn price_fen(&self) -> i64 {
        self.sizes.first().map_or(0, |s| s.1)
    }
}

/// Colour names with the colour, and one that goes with it.
const COLOURS: [(&str, u32, u32); 22] = [
    ("月白", 0xC9_DCE2, 0x7C_98A8),
    ("竹青", 0x7F_A08C, 0xD8_B56A),
    ("苍苔", 0x6F_8464, 0xC9_A36A),
    ("黛蓝", 0x3F_5570, 0xD9_B48C),
    ("霁蓝", 0x4E_7A9B, 0xE3_C48E),
    ("雾灰", 0xA9_AFAE, 0xC4_8F6B),
    ("墨石", 0x55_5A5E, 0xC8_A472),
    ("燕麦", 0xDD_D0B8, 0x9A_7F5E),
    ("米杏", 0xE6_D4B8, 0xB9_7F5F),
    ("秋香", 0xC9_A54B, 0x6B_7A58),
    ("檀棕", 0x7A_5640, 0xD3_B58A),
    ("茶褐", 0x9A_7350, 0x5F_7466),
    ("朱砂", 0xB4_503C, 0xE2_C08A),
    ("海棠", 0xC7_7A76, 0x7D_9180),
    ("藕粉", 0xDD_B7AD, 0x8F_7C8A),
    ("烟紫", 0x9C_8CA3, 0xD8_BE9A),
    ("素雪", 0xF0_EDE6, 0xA8_9B86),
    ("姜黄", 0xD9_A13B, 0x5B_6E7A),
    ("湖水", 0x8F_BFBF, 0xD9_9A72),
    ("丹桂", 0xD0_8A4A, 0x6A_7F72),
    ("松绿", 0x3F_6B58, 0xD8_B98A),
    ("豆沙", 0xB3_7F75, 0xE3_CFB0),
];

/// A line of goods: number, letters, category, what it is called by form, stuffs, patterns that suit, sizes with prices.
struct Line {
    kind: Kind,
    count: usize,
    letters: &'static str,
    category: &'static str,
    noun: &'static str,
    forms: &'static [&'static str],
    stuffs: &'static [&'static str],
    patterns: &'static [Pattern],
    sizes: &'static [(&'static str, i64)],
    care: &'static str,
    weight: u32,
}

use Pattern as P;
const LINES: [Line; 12] = [
    Line {
        kind: Kind::Curtain,
        count: 36,
        letters: "CL",
        category: "窗帘",
        noun: "窗帘",
        forms: &["遮光窗帘", "双层窗帘", "纱帘", "罗马帘"],
        stuffs: &["棉麻", "雪尼尔", "提花", "高精密", "亚麻"],
        patterns: &[
            P::Plain,
            P::Plain,
            P::Hills,
            P::Leaves,
            P::Stripe,
            P::Waves,
            P::Check,
            P::Diamonds,
            P::Stars,
            P::Blossom,
        ],
        sizes: &[
            ("1.5×2.0米", 9900),
            ("2.0×2.7米", 15900),
            ("2.5×2.7米", 19800),
            ("3.5×2.7米", 27600),
        ],
        care: "三十度以下轻柔水洗，反面晾干，中温熨烫",
        weight: 16,
    },
    Line {
        kind: Kind::Cushion,
        count: 34,
        letters: "KD",
        category: "靠垫",
        noun: "靠垫",
        forms: &["方枕", "腰枕", "圆垫"],
        stuffs: &["灯芯绒", "棉麻", "丝绒", "雪尼尔", "羊羔绒"],
        patterns: &[
            P::Plain,
            P::Stripe,
            P::Check,
            P::Hills,
            P::Leaves,
            P::Dots,
            P::Diamonds,
            P::Waves,
            P::Blocks,
            P::Blossom,
        ],
        sizes: &[("45×45厘米", 3900), ("50×50厘米", 4600), ("60×60厘米", 5900)],
        care: "外套可拆，三十度水洗，芯子不下水",
        weight: 11,
    },
    Line {
        kind: Kind::Bedding,
        count: 34,
        letters: "CP",
        category: "床品",
        noun: "四件套",
        forms: &["四件套", "四件套", "三件套"],
        stuffs: &["水洗棉", "长绒棉", "天丝", "全棉磨毛", "六十支贡缎"],
        patterns: &[
            P::Plain,
            P::Stripe,
            P::Check,
            P::Leaves,
            P::Blossom,
            P::Dots,
            P::Hills,
            P::Bands,
            P::Stars,
        ],
        sizes: &[
            ("1.2米床", 16900),
            ("1.5米床", 21900),
            ("1.8米床", 25900),
            ("2.0米床", 28900),
        ],
        care: "首次冷水单洗，之后四十度以下机洗，不漂白",
        weight: 14,
    },
    Line {
        kind: Kind::Rug,
        count: 28,
        letters: "DT",
        category: "地毯",
        noun: "地毯",
        forms: &["流苏地毯", "圆毯", "客厅地毯"],
        stuffs: &["短绒", "羊毛混纺", "编织", "仿羊绒"],
        patterns: &[
            P::Plain,
            P::Bands,
            P::Check,
            P::Diamonds,
            P::Blocks,
            P::Waves,
            P::Dots,
            P::Leaves,
        ],
        sizes: &[
            ("0.8×1.2米", 8800),
            ("1.2×1.8米", 16800),
            ("1.6×2.3米", 29800),
            ("2.0×3.0米", 45800),
        ],
        care: "日常吸尘，污渍当时用湿布按压，大件送洗",
        weight: 7,
    },
    Line {
        kind: Kind::Lamp,
        count: 28,
        letters: "DJ",
        category: "灯具",
        noun: "灯",
        forms: &[
            "藤编吊灯",
            "锥形吊灯",
            "纸灯笼吊灯",
            "陶瓷台灯",
            "金属台灯",
            "落地灯",
        ],
        stuffs: &["手编", "布艺", "和纸", "暖光"],
        patterns: &[P::Plain, P::Plain, P::Leaves, P::Bands],
        sizes: &[("小号", 13800), ("中号", 19800), ("大号", 27800)],
        care: "断电后用干布擦，灯罩用软刷掸",
        weight: 7,
    },
    Line {
        kind: Kind::Vase,
        count: 26,
        letters: "HP",
        category: "花器",
        noun: "花瓶",
        forms: &["胆瓶", "圆腹瓶", "葫芦瓶", "直筒瓶", "玉壶春瓶", "阔口罐"],
        stuffs: &["粗陶", "哑光釉", "开片釉", "手拉坯"],
        patterns: &[P::Plain, P::Plain, P::Bands, P::Leaves, P::Hills, P::Blocks],
        sizes: &[("高18厘米", 4900), ("高26厘米", 7900), ("高34厘米", 11800)],
        care: "软布湿擦，内壁用长柄刷",
        weight: 7,
    },
    Line {
        kind: Kind::Tea,
        count: 22,
        letters: "CJ",
        category: "茶具",
        noun: "茶具",
        forms: &["一壶两杯", "盖碗", "品茗杯四只", "提梁壶一壶三杯"],
        stuffs: &["汝釉", "粗陶", "白瓷", "柴烧"],
        patterns: &[P::Plain, P::Leaves, P::Hills, P::Bands, P::Blossom],
        sizes: &[("标准装", 8900), ("礼盒装", 12900)],
        care: "清水冲洗，不用钢丝球，不进微波炉",
        weight: 6,
    },
    Line {
        kind: Kind::Tablecloth,
        count: 18,
        letters: "ZB",
        category: "桌布",
        noun: "桌布",
        forms: &["桌布", "圆桌布", "桌旗"],
        stuffs: &["棉麻", "防水涂层", "绗缝"],
        patterns: &[
            P::Plain,
            P::Check,
            P::Stripe,
            P::Leaves,
            P::Dots,
            P::Blossom,
            P::Bands,
        ],
        sizes: &[("90×140厘米", 3500), ("130×180厘米", 5900), ("140×220厘米", 7900)],
        care: "三十度水洗，油渍先用洗洁精点涂",
        weight: 7,
    },
    Line {
        kind: Kind::Art,
        count: 24,
        letters: "BH",
        category: "壁画",
        noun: "挂画",
        forms: &["横幅挂画", "竖幅挂画", "双联挂画", "三联挂画"],
        stuffs: &["岩彩质感", "肌理布", "微喷", "原木框"],
        patterns: &[
            P::Hills,
            P::Hills,
            P::Leaves,
            P::Blocks,
            P::Waves,
            P::Stars,
            P::Plain,
        ],
        sizes: &[("40×60厘米", 9800), ("50×70厘米", 13800), ("60×90厘米", 19800)],
        care: "干布轻掸，避开潮湿和直晒",
        weight: 6,
    },
    Line {
        kind: Kind::Basket,
        count: 16,
        letters: "SN",
        category: "收纳",
        noun: "收纳筐",
        forms: &["双耳编织筐", "提篮", "布艺收纳箱", "带盖收纳箱"],
        stuffs: &["棉绳", "仿藤", "加厚帆布"],
        patterns: &[P::Plain, P::Plain, P::Stripe, P::Check, P::Bands],
        sizes: &[("小号", 2900), ("中号", 3900), ("大号", 5500)],
        care: "湿布擦拭，阴干",
        weight: 6,
    },
    Line {
        kind: Kind::Blanket,
        count: 18,
        letters: "MT",
        category: "毛毯",
        noun: "毛毯",
        forms: &["盖毯", "沙发毯"],
        stuffs: &["针织", "羊羔绒", "牛奶绒", "华夫格"],
        patterns: &[P::Plain, P::Stripe, P::Check, P::Bands, P::Diamonds],
        sizes: &[
            ("100×150厘米", 6900),
            ("130×170厘米", 8900),
            ("150×200厘米", 11900),
        ],
        care: "装网袋轻柔洗，不甩干，平铺晾",
        weight: 8,
    },
    Line {
        kind: Kind::Table,
        count: 16,
        letters: "BJ",
        category: "小家具",
        noun: "边几",
        forms: &["圆边几", "软凳", "两斗床头柜", "双层边几"],
        stuffs: &["橡木", "胡桃木色", "白蜡木"],
        patterns: &[P::Plain, P::Check, P::Stripe],
        sizes: &[("标准", 19900), ("加大", 25900)],
        care: "干布擦，忌烫忌水泡，每年上一次木蜡油",
        weight: 5,
    },
];

/// Wood tones, for furniture.
const WOODS: [(&str, u32, u32); 6] = [
    ("原木", 0xC9_A57A, 0x6F_8464),
    ("胡桃", 0x7B_5A42, 0xD3_B58A),
    ("白蜡", 0xDB_C7A8, 0x7C_98A8),
    ("柚木", 0xA9_7B50, 0x3F_5570),
    ("烟熏", 0x6A_5A4E, 0xC7_7A76),
    ("樱桃", 0x9C_6248, 0xD8_BE9A),
];

/// All products of a seed: the same seed gives the same goods.
pub(crate) fn products(seed: u64) -> Vec<Product> {
    let mut rng = Rng::with_seed(seed ^ 0x60_0D5);
    let mut all = Vec::with_capacity(300);
    for line in &LINES {
        let mut taken: Vec<(usize, usize, Pattern)> = Vec::new();
        let mut n = 0;
        while n < line.count {
            let colours: &[(&str, u32, u32)] = if line.kind == Kind::Table {
                &WOODS
            } else {
                &COLOURS
            };
            let form = n % line.forms.len();
            let colour = rng.usize(0..colours.len());
            let mut pattern = line.patterns[rng.usize(0..line.patterns.len())];
            // Only a soft seat can carry a pattern among the furniture; thin curtains only leaves.
            if line.kind == Kind::Table && form != 1 {
                pattern = Pattern::Plain;
            }
            if line.kind == Kind::Curtain && form == 2 {
                pattern = if rng.bool() {
                    Pattern::Plain
                } else {
                    Pattern::Leaves
                };
            }
            if taken.contains(&(form, colour, pattern)) {
                continue;
            }
            taken.push((form, colour, pattern));
            n += 1;
            let (name, ink, accent) = colours[colour];
            let stuff = line.stuffs[rng.usize(0..line.stuffs.len())];
            // A seat is covered in cloth: its colour is that of the cloth.
            let (ink, accent) = if line.kind == Kind::Table && form == 1 {
                let (_, a, b) = COLOURS[rng.usize(0..COLOURS.len())];
                (a, b)
            } else {
                (ink, accent)
            };
            let factor = 0.72 + rng.f64() * 0.72;
            // Prices end as shops like it: in 8 or 9 yuan.
            let price = |fen: i64| -> i64 {
                let yuan = (fen as f64 * factor / 100.0) as i64;
                ((yuan / 10) * 10 + if n % 3 == 0 { 8 } else { 9 }).max(19) * 100
            };
            let sizes: Vec<(&'static str, i64)> = line
                .sizes
                .iter()
                .map(|(size, fen)| (*size, price(*fen)))
                .collect();
            let first = sizes.first().map_or(0, |s| s.1);
            let hot = rng.u32(0..100) < 14;
            let stock = match rng.u32(0..100) {
                0..4 => 0,
                4..12 => rng.i64(1..12),
                _ => rng.i64(20..460),
            };
            let word = if pattern == Pattern::Plain {
                ""
            } else {
                pattern.word()
            };
            let title = if word.is_empty() {
                format!("{name} {stuff}{}", line.forms[form])
            } else {
                format!("{name} {word} {stuff}{}", line.forms[form])
            };
            all.push(Product {
                code: format!("{}-{n:04}", line.letters),
                title,
                noun: line.noun,
                category: line.category,
                stuff,
                colour: name,
                list_fen: (rng.u32(0..100) < 45)
                    .then(|| (first as f64 * (1.15 + rng.f64() * 0.35) / 100.0).round() as i64 * 100),
                sizes,
                stock,
                weight: line.weight * if hot { 6 } else { 1 + rng.u32(0..3) },
                on_shelf: rng.u32(0..100) >= 3,
                care: line.care,
                look: Look {
                    kind: line.kind,
                    form,
                    pattern,
                    ink,
                    accent,
                    seed: rng.u64(..),
                },
            });
        }
    }
    all
}
