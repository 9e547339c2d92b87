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

/// Sizes with prices in fen, small to large.
type Sizes = &'static [(&'static str, i64)];

/// One of the shapes that a line of goods comes in. Stuff, sizes and noun belong to the shape, so that no name contradicts
/// itself: a round rug has a diameter, a lamp of paper no ceramic foot.
struct Form {
    /// What it is called on the shelf.
    name: &'static str,
    /// What buyers call it.
    noun: &'static str,
    stuffs: &'static [&'static str],
    sizes: Sizes,
    care: &'static str,
}

/// A line of goods: number, letters, category, shapes (in the order in which `picture` knows them), patterns that suit.
struct Line {
    kind: Kind,
    count: usize,
    letters: &'static str,
    category: &'static str,
    forms: &'static [Form],
    patterns: &'static [Pattern],
    weight: u32,
}

const fn form(
    name: &'static str,
    noun: &'static str,
    stuffs: &'static [&'static str],
    sizes: Sizes,
    care: &'static str,
) -> Form {
    Form {
        name,
        noun,
        stuffs,
        sizes,
        care,
    }
}

use Pattern as P;
const SIZES_CURTAIN: Sizes = &[
    ("1.5×2.0米", 9900),
    ("2.0×2.7米", 15900),
    ("2.5×2.7米", 19800),
    ("3.5×2.7米", 27600),
];
const SIZES_CUSHION: Sizes = &[("45×45厘米", 3900), ("50×50厘米", 4600), ("60×60厘米", 5900)];
const SIZES_BEDDING: Sizes = &[
    ("1.2米床", 16900),
    ("1.5米床", 21900),
    ("1.8米床", 25900),
    ("2.0米床", 28900),
];
const SIZES_RUG: Sizes = &[
    ("0.8×1.2米", 8800),
    ("1.2×1.8米", 16800),
    ("1.6×2.3米", 29800),
    ("2.0×3.0米", 45800),
];
const SIZES_LAMP: Sizes = &[("小号", 13800), ("中号", 19800), ("大号", 27800)];
const SIZES_VASE: Sizes = &[("高18厘米", 4900), ("高26厘米", 7900), ("高34厘米", 11800)];
const SIZES_TEA: Sizes = &[("标准装", 8900), ("礼盒装", 12900)];
const SIZES_TABLECLOTH: Sizes = &[("90×140厘米", 3500), ("130×180厘米", 5900), ("140×220厘米", 7900)];
const SIZES_ART: Sizes = &[("40×60厘米", 9800), ("50×70厘米", 13800), ("60×90厘米", 19800)];
const SIZES_BASKET: Sizes = &[("小号", 2900), ("中号", 3900), ("大号", 5500)];
const SIZES_BLANKET: Sizes = &[
    ("100×150厘米", 6900),
    ("130×170厘米", 8900),
    ("150×200厘米", 11900),
];
const SIZES_TABLE: Sizes = &[("标准", 19900), ("加大", 25900)];
const SIZES_LUMBAR: Sizes = &[("30×50厘米", 3600), ("40×60厘米", 4800)];
const SIZES_ROUND_CUSHION: Sizes = &[("直径40厘米", 3900), ("直径45厘米", 4600)];
const SIZES_ROUND_RUG: Sizes = &[("直径1.0米", 9800), ("直径1.5米", 19800), ("直径2.0米", 32800)];
const SIZES_ROUND_CLOTH: Sizes = &[("直径1.4米", 4900), ("直径1.6米", 5900), ("直径1.8米", 7900)];
const SIZES_RUNNER: Sizes = &[("30×160厘米", 3500), ("30×180厘米", 3900), ("30×210厘米", 4500)];
const SIZES_WIDE_ART: Sizes = &[("60×40厘米", 9800), ("70×50厘米", 13800), ("90×60厘米", 19800)];
const SIZES_TWIN_ART: Sizes = &[("每幅40×60厘米", 16800), ("每幅50×70厘米", 23800)];
const SIZES_TRIPLE_ART: Sizes = &[("每幅40×60厘米", 22800), ("每幅50×70厘米", 31800)];
const SIZES_FLOOR_LAMP: Sizes = &[("高1.45米", 25800), ("高1.6米", 32800)];
const SIZES_STOOL: Sizes = &[("直径32厘米", 15900), ("直径38厘米", 19900)];
const SIZES_CHEST: Sizes = &[("宽40厘米", 29900), ("宽50厘米", 35900)];
const LINES: [Line; 12] = [
    Line {
        kind: Kind::Curtain,
        count: 36,
        letters: "CL",
        category: "窗帘",
        forms: &[
            form(
                "遮光窗帘",
                "窗帘",
                &["棉麻", "雪尼尔", "提花", "高精密"],
                SIZES_CURTAIN,
                "三十度以下轻柔水洗，反面晾干，中温熨烫",
            ),
            form(
                "双层窗帘",
                "窗帘",
                &["棉麻", "高精密", "亚麻"],
                SIZES_CURTAIN,
                "三十度以下轻柔水洗，反面晾干，中温熨烫",
            ),
            form(
                "纱帘",
                "纱帘",
                &["亚麻", "棉麻", "雪纺"],
                SIZES_CURTAIN,
                "三十度以下轻柔水洗，反面晾干，中温熨烫",
            ),
            form(
                "罗马帘",
                "罗马帘",
                &["棉麻", "亚麻", "高精密"],
                SIZES_CURTAIN,
                "三十度以下轻柔水洗，反面晾干，中温熨烫",
            ),
        ],
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
        weight: 16,
    },
    Line {
        kind: Kind::Cushion,
        count: 34,
        letters: "KD",
        category: "靠垫",
        forms: &[
            form(
                "方枕",
                "靠垫",
                &["灯芯绒", "棉麻", "丝绒", "雪尼尔", "羊羔绒"],
                SIZES_CUSHION,
                "外套可拆，三十度水洗，芯子不下水",
            ),
            form(
                "腰枕",
                "腰枕",
                &["灯芯绒", "棉麻", "丝绒", "雪尼尔"],
                SIZES_LUMBAR,
                "外套可拆，三十度水洗，芯子不下水",
            ),
            form(
                "圆垫",
                "坐垫",
                &["灯芯绒", "棉麻", "丝绒"],
                SIZES_ROUND_CUSHION,
                "外套可拆，三十度水洗，芯子不下水",
            ),
        ],
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
        weight: 11,
    },
    Line {
        kind: Kind::Bedding,
        count: 34,
        letters: "CP",
        category: "床品",
        forms: &[
            form(
                "四件套",
                "四件套",
                &["水洗棉", "长绒棉", "天丝", "全棉磨毛", "六十支贡缎"],
                SIZES_BEDDING,
                "首次冷水单洗，之后四十度以下机洗，不漂白",
            ),
            form(
                "床笠四件套",
                "四件套",
                &["水洗棉", "长绒棉", "天丝", "全棉磨毛"],
                SIZES_BEDDING,
                "首次冷水单洗，之后四十度以下机洗，不漂白",
            ),
            form(
                "三件套",
                "三件套",
                &["水洗棉", "长绒棉", "全棉磨毛"],
                &[("0.9米床", 13900), ("1.2米床", 16900)],
                "首次冷水单洗，之后四十度以下机洗，不漂白",
            ),
        ],
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
        weight: 14,
    },
    Line {
        kind: Kind::Rug,
        count: 28,
        letters: "DT",
        category: "地毯",
        forms: &[
            form(
                "流苏地毯",
                "地毯",
                &["短绒", "羊毛混纺", "编织"],
                SIZES_RUG,
                "日常吸尘，污渍当时用湿布按压，大件送洗",
            ),
            form(
                "圆毯",
                "圆毯",
                &["短绒", "羊毛混纺", "仿羊绒"],
                SIZES_ROUND_RUG,
                "日常吸尘，污渍当时用湿布按压，大件送洗",
            ),
            form(
                "客厅地毯",
                "地毯",
                &["短绒", "羊毛混纺", "仿羊绒"],
                SIZES_RUG,
                "日常吸尘，污渍当时用湿布按压，大件送洗",
            ),
        ],
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
        weight: 7,
    },
    Line {
        kind: Kind::Lamp,
        count: 28,
        letters: "DJ",
        category: "灯具",
        forms: &[
            form(
                "藤编吊灯",
                "吊灯",
                &["手编", "细藤"],
                SIZES_LAMP,
                "断电后用软刷掸，不沾水",
            ),
            form(
                "锥形吊灯",
                "吊灯",
                &["布艺", "铝制"],
                SIZES_LAMP,
                "断电后用干布擦，灯罩用软刷掸",
            ),
            form(
                "灯笼吊灯",
                "吊灯",
                &["和纸", "绢布"],
                SIZES_LAMP,
                "断电后用软刷掸，不沾水",
            ),
            form(
                "陶瓷台灯",
                "台灯",
                &["哑光", "开片釉"],
                SIZES_LAMP,
                "断电后用干布擦，灯罩用软刷掸",
            ),
            form(
                "金属台灯",
                "台灯",
                &["磨砂", "黄铜色"],
                SIZES_LAMP,
                "断电后用干布擦，灯罩用软刷掸",
            ),
            form(
                "落地灯",
                "落地灯",
                &["布罩", "和纸罩"],
                SIZES_FLOOR_LAMP,
                "断电后用干布擦，灯罩用软刷掸",
            ),
        ],
        patterns: &[P::Plain, P::Plain, P::Leaves, P::Bands],
        weight: 7,
    },
    Line {
        kind: Kind::Vase,
        count: 26,
        letters: "HP",
        category: "花器",
        forms: &[
            form(
                "胆瓶",
                "花瓶",
                &["粗陶", "哑光釉", "手拉坯", "开片釉"],
                SIZES_VASE,
                "软布湿擦，内壁用长柄刷",
            ),
            form(
                "圆腹瓶",
                "花瓶",
                &["粗陶", "哑光釉", "手拉坯", "开片釉"],
                SIZES_VASE,
                "软布湿擦，内壁用长柄刷",
            ),
            form(
                "葫芦瓶",
                "花瓶",
                &["粗陶", "哑光釉", "手拉坯", "开片釉"],
                SIZES_VASE,
                "软布湿擦，内壁用长柄刷",
            ),
            form(
                "直筒瓶",
                "花瓶",
                &["粗陶", "哑光釉", "手拉坯"],
                SIZES_VASE,
                "软布湿擦，内壁用长柄刷",
            ),
            form(
                "玉壶春瓶",
                "花瓶",
                &["粗陶", "哑光釉", "手拉坯", "开片釉"],
                SIZES_VASE,
                "软布湿擦，内壁用长柄刷",
            ),
            form(
                "阔口罐",
                "罐子",
                &["粗陶", "哑光釉", "手拉坯", "开片釉"],
                SIZES_VASE,
                "软布湿擦，内壁用长柄刷",
            ),
        ],
        patterns: &[P::Plain, P::Plain, P::Bands, P::Leaves, P::Hills, P::Blocks],
        weight: 7,
    },
    Line {
        kind: Kind::Tea,
        count: 22,
        letters: "CJ",
        category: "茶具",
        forms: &[
            form(
                "一壶两杯",
                "茶具",
                &["汝釉", "粗陶", "白瓷", "柴烧"],
                SIZES_TEA,
                "清水冲洗，不用钢丝球，不进微波炉",
            ),
            form(
                "盖碗",
                "盖碗",
                &["汝釉", "白瓷", "粗陶"],
                SIZES_TEA,
                "清水冲洗，不用钢丝球，不进微波炉",
            ),
            form(
                "品茗杯四只",
                "茶杯",
                &["汝釉", "粗陶", "白瓷", "柴烧"],
                SIZES_TEA,
                "清水冲洗，不用钢丝球，不进微波炉",
            ),
            form(
                "提梁壶一壶三杯",
                "茶具",
                &["粗陶", "柴烧", "白瓷"],
                SIZES_TEA,
                "清水冲洗，不用钢丝球，不进微波炉",
            ),
        ],
        patterns: &[P::Plain, P::Leaves, P::Hills, P::Bands, P::Blossom],
        weight: 6,
    },
    Line {
        kind: Kind::Tablecloth,
        count: 18,
        letters: "ZB",
        category: "桌布",
        forms: &[
            form(
                "桌布",
                "桌布",
                &["棉麻", "防水涂层", "绗缝"],
                SIZES_TABLECLOTH,
                "三十度水洗，油渍先用洗洁精点涂",
            ),
            form(
                "圆桌布",
                "桌布",
                &["棉麻", "防水涂层"],
                SIZES_ROUND_CLOTH,
                "三十度水洗，油渍先用洗洁精点涂",
            ),
            form(
                "桌旗",
                "桌旗",
                &["棉麻", "绗缝"],
                SIZES_RUNNER,
                "三十度水洗，油渍先用洗洁精点涂",
            ),
        ],
        patterns: &[
            P::Plain,
            P::Check,
            P::Stripe,
            P::Leaves,
            P::Dots,
            P::Blossom,
            P::Bands,
        ],
        weight: 7,
    },
    Line {
        kind: Kind::Art,
        count: 24,
        letters: "BH",
        category: "壁画",
        forms: &[
            form(
                "横幅挂画",
                "挂画",
                &["岩彩质感", "肌理布", "微喷"],
                SIZES_WIDE_ART,
                "干布轻掸，避开潮湿和直晒",
            ),
            form(
                "竖幅挂画",
                "挂画",
                &["岩彩质感", "肌理布", "微喷"],
                SIZES_ART,
                "干布轻掸，避开潮湿和直晒",
            ),
            form(
                "双联挂画",
                "挂画",
                &["岩彩质感", "微喷"],
                SIZES_TWIN_ART,
                "干布轻掸，避开潮湿和直晒",
            ),
            form(
                "三联挂画",
                "挂画",
                &["岩彩质感", "微喷"],
                SIZES_TRIPLE_ART,
                "干布轻掸，避开潮湿和直晒",
            ),
        ],
        patterns: &[
            P::Hills,
            P::Hills,
            P::Leaves,
            P::Blocks,
            P::Waves,
            P::Stars,
            P::Plain,
        ],
        weight: 6,
    },
    Line {
        kind: Kind::Basket,
        count: 16,
        letters: "SN",
        category: "收纳",
        forms: &[
            form(
                "双耳编织筐",
                "收纳筐",
                &["棉绳", "仿藤"],
                SIZES_BASKET,
                "湿布擦拭，阴干",
            ),
            form(
                "编织提篮",
                "提篮",
                &["棉绳", "仿藤"],
                SIZES_BASKET,
                "湿布擦拭，阴干",
            ),
            form(
                "收纳箱",
                "收纳箱",
                &["加厚帆布", "棉麻布"],
                SIZES_BASKET,
                "湿布擦拭，阴干",
            ),
            form(
                "带盖收纳箱",
                "收纳箱",
                &["加厚帆布", "棉麻布"],
                SIZES_BASKET,
                "湿布擦拭，阴干",
            ),
        ],
        patterns: &[P::Plain, P::Plain, P::Stripe, P::Check, P::Bands],
        weight: 6,
    },
    Line {
        kind: Kind::Blanket,
        count: 18,
        letters: "MT",
        category: "毛毯",
        forms: &[
            form(
                "盖毯",
                "毯子",
                &["针织", "羊羔绒", "牛奶绒", "华夫格"],
                SIZES_BLANKET,
                "装网袋轻柔洗，不甩干，平铺晾",
            ),
            form(
                "沙发毯",
                "毯子",
                &["针织", "华夫格", "雪尼尔"],
                SIZES_BLANKET,
                "装网袋轻柔洗，不甩干，平铺晾",
            ),
        ],
        patterns: &[P::Plain, P::Stripe, P::Check, P::Bands, P::Diamonds],
        weight: 8,
    },
    Line {
        kind: Kind::Table,
        count: 16,
        letters: "BJ",
        category: "小家具",
        forms: &[
            form(
                "圆边几",
                "边几",
                &[],
                SIZES_TABLE,
                "干布擦，忌烫忌水泡，每年上一次木蜡油",
            ),
            form(
                "软凳",
                "软凳",
                &["棉麻面", "绒面"],
                SIZES_STOOL,
                "凳面吸尘，污渍用湿布按压；木腿干布擦",
            ),
            form(
                "两斗床头柜",
                "床头柜",
                &[],
                SIZES_CHEST,
                "干布擦，忌烫忌水泡，每年上一次木蜡油",
            ),
            form(
                "双层边几",
                "边几",
                &[],
                SIZES_TABLE,
                "干布擦，忌烫忌水泡，每年上一次木蜡油",
            ),
        ],
        patterns: &[P::Plain, P::Check, P::Stripe],
        weight: 5,
    },
];

/// Woods of the furniture: the stuff, the tone, and one that goes with it.
const WOODS: [(&str, u32, u32); 6] = [
    ("橡木", 0xC9_A57A, 0x6F_8464),
    ("胡桃木", 0x7B_5A42, 0xD3_B58A),
    ("白蜡木", 0xDB_C7A8, 0x7C_98A8),
    ("柚木", 0xA9_7B50, 0x3F_5570),
    ("烟熏橡木", 0x6A_5A4E, 0xC7_7A76),
    ("樱桃木", 0x9C_6248, 0xD8_BE9A),
];

/// All products of a seed: the same seed gives the same goods.
pub(crate) fn products(seed: u64) -> Vec<Product> {
    let mut rng = Rng::with_seed(seed ^ 0x60_0D5);
    let mut all = Vec::with_capacity(300);
    for line in &LINES {
        let mut taken: Vec<(usize, usize, Pattern)> = Vec::new();
        let mut n = 0;
        while n < line.count {
            let form = n % line.forms.len();
            let shape = &line.forms[form];
            // Furniture has the colour of its wood; a seat is covered in cloth and has the colour of that.
            let is_wood = shape.stuffs.is_empty();
            let colours: &[(&str, u32, u32)] = if is_wood { &WOODS } else { &COLOURS };
            let colour = rng.usize(0..colours.len());
            let mut pattern = line.patterns[rng.usize(0..line.patterns.len())];
            if is_wood {
                pattern = Pattern::Plain;
            }
            // Thin curtains carry leaves at most.
            if shape.noun == "纱帘" {
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
            let stuff = if is_wood {
                name
            } else {
                shape.stuffs[rng.usize(0..shape.stuffs.len())]
            };
            let factor = 0.72 + rng.f64() * 0.72;
            // Prices end as shops like it: in 8 or 9 yuan.
            let price = |fen: i64| -> i64 {
                let yuan = (fen as f64 * factor / 100.0) as i64;
                ((yuan / 10) * 10 + if n % 3 == 0 { 8 } else { 9 }).max(19) * 100
            };
            let sizes: Vec<(&'static str, i64)> = shape
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
            let title = match pattern {
                Pattern::Plain if is_wood => format!("{stuff}{}", shape.name),
                Pattern::Plain => format!("{name} {stuff}{}", shape.name),
                _ => format!("{name} {} {stuff}{}", pattern.word(), shape.name),
            };
            all.push(Product {
                code: format!("{}-{n:04}", line.letters),
                title,
                noun: shape.noun,
                category: line.category,
                stuff,
                colour: if is_wood { "木色" } else { name },
                list_fen: (rng.u32(0..100) < 45)
                    .then(|| (first as f64 * (1.15 + rng.f64() * 0.35) / 100.0).round() as i64 * 100),
                sizes,
                stock,
                weight: line.weight * if hot { 6 } else { 1 + rng.u32(0..3) },
                on_shelf: rng.u32(0..100) >= 3,
                care: shape.care,
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
