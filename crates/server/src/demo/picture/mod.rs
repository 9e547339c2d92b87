//! Pictures of the demonstration's goods: drawn here, each from what the product is. No photograph, nothing from outside.

mod canvas;
mod cloth;
mod pattern;
mod things;

pub(crate) use canvas::SIDE;
use canvas::{Canvas, Ink, down, rect, thin};
use fastrand::Rng;
use image::{ExtendedColorType, codecs::jpeg::JpegEncoder};
use pattern::Colours;
pub(crate) use pattern::Pattern;

/// Quality of the JPEG files.
const QUALITY: u8 = 86;

/// Kinds of goods that can be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Curtain,
    Cushion,
    Bedding,
    Rug,
    Lamp,
    Vase,
    Tea,
    Tablecloth,
    Art,
    Basket,
    Blanket,
    Table,
}

/// What a product looks like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) kind: Kind,
    /// Which of the kind's forms, from 0.
    pub(crate) form: usize,
    pub(crate) pattern: Pattern,
    /// Its colour, `0xRRGGBB`.
    pub(crate) ink: u32,
    /// The colour that goes with it.
    pub(crate) accent: u32,
    /// Small chances: folds, leaves, grain.
    pub(crate) seed: u64,
}

/// Walls that the things stand before.
const WALLS: [u32; 6] = [0xEF_E9DF, 0xE4_E8E2, 0xE9_E2D8, 0xE2_E6EA, 0xEE_E8E4, 0xDF_DDD6];
/// Floors and tables.
const WOODS: [u32; 4] = [0xC6_A37C, 0xD8_C3A5, 0xA9_8560, 0xCD_C8BF];

/// The room around a thing.
struct Scene {
    c: Canvas,
    rng: Rng,
    k: Colours,
    look: Look,
    wall: Ink,
    wood: Ink,
}

impl Scene {
    fn new(look: Look) -> Self {
        let mut rng = Rng::with_seed(look.seed);
        let main = Ink::of(look.ink);
        let k = Colours {
            main,
            deep: main.dark(0.34),
            pale: main.light(if main.bright() > 190.0 { 0.75 } else { 0.55 }),
            accent: Ink::of(look.accent),
        };
        // A wall that the thing stands out from.
        let mut wall = Ink::of(WALLS[rng.usize(0..WALLS.len())]);
        if (wall.bright() - main.bright()).abs() < 26.0 {
            wall = wall.dark(0.2).mix(k.accent, 0.16);
        }
        let wood = Ink::of(WOODS[rng.usize(0..WOODS.len())]);
        Self {
            c: Canvas::new(),
            rng,
            k,
            look,
            wall,
            wood,
        }
    }

    /// Wall to the line `y`, below it a floor or a table of wood.
    fn room(&mut self, y: f32) {
        let side = SIDE as f32;
        let (wall, wood) = (self.wall, self.wood);
        self.c
            .fill(&rect(0.0, 0.0, side, side), down(0.0, y, wall.light(0.3), wall));
        self.c.fill(
            &rect(0.0, y, side, side - y),
            down(y, side, wood.light(0.18), wood.dark(0.08)),
        );
        self.c.fill(&rect(0.0, y, side, 2.0), thin(wood.dark(0.4), 0.35));
        // Light that falls in from the left.
        self.c.glow(90.0, 60.0, 420.0, Ink::of(0xFF_FAEE), 0.5);
    }
}

/// Draws a product as a JPEG file.
///
/// # Errors
/// When the encoder fails, which it does for no picture of ours.
pub(crate) fn draw(look: Look) -> image::ImageResult<Vec<u8>> {
    let mut scene = Scene::new(look);
    match look.kind {
        Kind::Curtain => cloth::curtain(&mut scene),
        Kind::Cushion => cloth::cushion(&mut scene),
        Kind::Bedding => cloth::bedding(&mut scene),
        Kind::Rug => cloth::rug(&mut scene),
        Kind::Tablecloth => cloth::tablecloth(&mut scene),
        Kind::Blanket => cloth::blanket(&mut scene),
        Kind::Lamp => things::lamp(&mut scene),
        Kind::Vase => things::vase(&mut scene),
        Kind::Tea => things::tea(&mut scene),
        Kind::Art => things::art(&mut scene),
        Kind::Basket => things::basket(&mut scene),
        Kind::Table => things::table(&mut scene),
    }
    scene.c.grain(&mut scene.rng, 2);
    let mut file = Vec::with_capacity(32 * 1024);
    JpegEncoder::new_with_quality(&mut file, QUALITY).encode(
        &scene.c.rgb(),
        SIDE,
        SIDE,
        ExtendedColorType::Rgb8,
    )?;
    Ok(file)
}
