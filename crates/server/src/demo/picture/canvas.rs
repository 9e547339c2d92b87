//! A sheet to draw on: smooth shapes, gradients, soft shadows, drawing inside a shape.

use tiny_skia::{
    Color, FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Mask, Paint, Path, PathBuilder, Pixmap,
    Point, PremultipliedColorU8, RadialGradient, Rect, Shader, SpreadMode, Stroke, Transform,
};

/// Width and height of every picture, in pixels.
pub(crate) const SIDE: u32 = 480;

/// A colour, red green blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ink(pub(crate) u8, pub(crate) u8, pub(crate) u8);

impl Ink {
    /// From a number like `0xAABBCC`.
    pub(crate) const fn of(hex: u32) -> Self {
        Self((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
    }
    /// So much of the way to another colour, 0 to 1.
    pub(crate) fn mix(self, other: Self, part: f32) -> Self {
        let one = |a: u8, b: u8| {
            (f32::from(a) + (f32::from(b) - f32::from(a)) * part)
                .round()
                .clamp(0.0, 255.0) as u8
        };
        Self(one(self.0, other.0), one(self.1, other.1), one(self.2, other.2))
    }
    pub(crate) fn light(self, part: f32) -> Self {
        self.mix(Self(255, 252, 246), part)
    }
    pub(crate) fn dark(self, part: f32) -> Self {
        self.mix(Self(38, 32, 30), part)
    }
    /// How bright it is to the eye, 0 to 255.
    pub(crate) fn bright(self) -> f32 {
        0.3 * f32::from(self.0) + 0.59 * f32::from(self.1) + 0.11 * f32::from(self.2)
    }
    fn color(self, alpha: f32) -> Color {
        let part = |c: u8| f32::from(c) / 255.0;
        Color::from_rgba(part(self.0), part(self.1), part(self.2), alpha.clamp(0.0, 1.0))
            .unwrap_or(Color::BLACK)
    }
}

/// What a shape is filled with.
#[derive(Clone)]
pub(crate) enum Fill {
    /// One colour.
    Flat(Ink, f32),
    /// Along a line, from the first point to the second.
    Line((f32, f32), (f32, f32), Vec<(f32, Ink, f32)>),
    /// From a point outward.
    Round((f32, f32), f32, Vec<(f32, Ink, f32)>),
}

impl From<Ink> for Fill {
    fn from(ink: Ink) -> Self {
        Self::Flat(ink, 1.0)
    }
}

/// A colour that lets through what is below.
pub(crate) fn thin(ink: Ink, alpha: f32) -> Fill {
    Fill::Flat(ink, alpha)
}

/// From one colour above to another below.
pub(crate) fn down(top: f32, bottom: f32, a: Ink, b: Ink) -> Fill {
    Fill::Line((0.0, top), (0.0, bottom), vec![(0.0, a, 1.0), (1.0, b, 1.0)])
}

/// Several colours from left to right.
pub(crate) fn across(left: f32, right: f32, stops: &[(f32, Ink)]) -> Fill {
    Fill::Line(
        (left, 0.0),
        (right, 0.0),
        stops.iter().map(|(at, ink)| (*at, *ink, 1.0)).collect(),
    )
}

fn shader(fill: &Fill) -> Shader<'static> {
    let stops = |stops: &[(f32, Ink, f32)]| {
        stops
            .iter()
            .map(|(at, ink, alpha)| GradientStop::new(*at, ink.color(*alpha)))
            .collect::<Vec<_>>()
    };
    let point = |p: &(f32, f32)| Point::from_xy(p.0, p.1);
    let made = match fill {
        Fill::Flat(ink, alpha) => Some(Shader::SolidColor(ink.color(*alpha))),
        Fill::Line(a, b, s) => LinearGradient::new(
            point(a),
            point(b),
            stops(s),
            SpreadMode::Pad,
            Transform::identity(),
        ),
        Fill::Round(c, r, s) => RadialGradient::new(
            point(c),
            0.0,
            point(c),
            *r,
            stops(s),
            SpreadMode::Pad,
            Transform::identity(),
        ),
    };
    made.unwrap_or(Shader::SolidColor(Color::TRANSPARENT))
}

/// A shape's outline.
#[derive(Clone)]
pub(crate) struct Shape(Option<Path>);

/// An outline written as letters and numbers: `M x y`, `L x y`, `Q cx cy x y`, `C ax ay bx by x y`, `Z`.
pub(crate) fn shape(text: &str) -> Shape {
    let mut b = PathBuilder::new();
    let mut words = text.split_ascii_whitespace();
    while let Some(letter) = words.next() {
        let mut n = || words.next().and_then(|w| w.parse::<f32>().ok()).unwrap_or(0.0);
        match letter {
            "M" => b.move_to(n(), n()),
            "L" => b.line_to(n(), n()),
            "Q" => b.quad_to(n(), n(), n(), n()),
            "C" => b.cubic_to(n(), n(), n(), n(), n(), n()),
            "Z" => b.close(),
            other => debug_assert!(false, "no such stroke: {other}"),
        }
    }
    Shape(b.finish())
}

pub(crate) fn rect(x: f32, y: f32, w: f32, h: f32) -> Shape {
    Shape(Rect::from_xywh(x, y, w.max(0.1), h.max(0.1)).map(PathBuilder::from_rect))
}

pub(crate) fn oval(cx: f32, cy: f32, rx: f32, ry: f32) -> Shape {
    Shape(
        Rect::from_xywh(cx - rx, cy - ry, (rx * 2.0).max(0.1), (ry * 2.0).max(0.1))
            .and_then(PathBuilder::from_oval),
    )
}

/// A rectangle with round corners.
pub(crate) fn soft(x: f32, y: f32, w: f32, h: f32, r: f32) -> Shape {
    let r = r.min(w / 2.0).min(h / 2.0);
    let (x2, y2) = (x + w, y + h);
    shape(&format!(
        "M {} {y} L {} {y} Q {x2} {y} {x2} {} L {x2} {} Q {x2} {y2} {} {y2} L {} {y2} Q {x} {y2} {x} {} L {x} {} Q {x} {y} {} {y} Z",
        x + r,
        x2 - r,
        y + r,
        y2 - r,
        x2 - r,
        x + r,
        y2 - r,
        y + r,
        x + r
    ))
}

pub(crate) fn poly(points: &[(f32, f32)]) -> Shape {
    let mut b = PathBuilder::new();
    for (i, (x, y)) in points.iter().enumerate() {
        if i == 0 {
            b.move_to(*x, *y)
        } else {
            b.line_to(*x, *y)
        }
    }
    b.close();
    Shape(b.finish())
}

/// A smooth line through points.
pub(crate) fn thread(points: &[(f32, f32)]) -> Shape {
    let mut b = PathBuilder::new();
    for (i, (x, y)) in points.iter().enumerate() {
        match (i, points.get(i + 1)) {
            (0, _) => b.move_to(*x, *y),
            (_, Some((nx, ny))) => b.quad_to(*x, *y, (x + nx) / 2.0, (y + ny) / 2.0),
            (_, None) => b.line_to(*x, *y),
        }
    }
    Shape(b.finish())
}

/// The sheet.
pub(crate) struct Canvas {
    sheet: Pixmap,
    clip: Vec<Mask>,
}

impl Canvas {
    pub(crate) fn new() -> Self {
        // The size is a constant above nought, so there always is a sheet.
        let sheet = Pixmap::new(SIDE, SIDE).expect("a sheet of this size can be made");
        Self {
            sheet,
            clip: Vec::new(),
        }
    }

    pub(crate) fn fill(&mut self, what: &Shape, with: impl Into<Fill>) {
        let Some(path) = &what.0 else { return };
        let paint = Paint {
            shader: shader(&with.into()),
            anti_alias: true,
            ..Paint::default()
        };
        self.sheet.fill_path(
            path,
            &paint,
            FillRule::Winding,
            Transform::identity(),
            self.clip.last(),
        );
    }

    pub(crate) fn line(&mut self, what: &Shape, width: f32, with: impl Into<Fill>) {
        let Some(path) = &what.0 else { return };
        let paint = Paint {
            shader: shader(&with.into()),
            anti_alias: true,
            ..Paint::default()
        };
        let stroke = Stroke {
            width,
            line_cap: LineCap::Round,
            line_join: LineJoin::Round,
            ..Stroke::default()
        };
        self.sheet
            .stroke_path(path, &paint, &stroke, Transform::identity(), self.clip.last());
    }

    /// Draws inside a shape only.
    pub(crate) fn inside(&mut self, what: &Shape, draw: impl FnOnce(&mut Self)) {
        let Some(path) = &what.0 else { return };
        let mask = match self.clip.last() {
            Some(outer) => {
                let mut mask = outer.clone();
                mask.intersect_path(path, FillRule::Winding, true, Transform::identity());
                Some(mask)
            }
            None => Mask::new(SIDE, SIDE).map(|mut mask| {
                mask.fill_path(path, FillRule::Winding, true, Transform::identity());
                mask
            }),
        };
        if let Some(mask) = mask {
            self.clip.push(mask);
            draw(self);
            self.clip.pop();
        }
    }

    /// A soft dark stain, as of something that stands there.
    pub(crate) fn shadow(&mut self, cx: f32, cy: f32, rx: f32, ry: f32, alpha: f32) {
        const RINGS: u8 = 14;
        for ring in 0..RINGS {
            let part = 1.0 - f32::from(ring) / f32::from(RINGS);
            self.fill(
                &oval(cx, cy, rx * part, ry * part),
                thin(Ink::of(0x2A_2320), alpha / f32::from(RINGS) * 1.6),
            );
        }
    }

    /// Light from a point.
    pub(crate) fn glow(&mut self, cx: f32, cy: f32, r: f32, ink: Ink, alpha: f32) {
        let fill = Fill::Round(
            (cx, cy),
            r,
            vec![(0.0, ink, alpha), (0.45, ink, alpha * 0.35), (1.0, ink, 0.0)],
        );
        self.fill(&oval(cx, cy, r, r), fill);
    }

    /// A breath of grain, so that flat colours look like things.
    pub(crate) fn grain(&mut self, rng: &mut fastrand::Rng, strength: i16) {
        for pixel in self.sheet.pixels_mut() {
            let by = rng.i16(-strength..=strength);
            let one = |c: u8| (i16::from(c) + by).clamp(0, 255) as u8;
            let moved =
                PremultipliedColorU8::from_rgba(one(pixel.red()), one(pixel.green()), one(pixel.blue()), 255);
            *pixel = moved.unwrap_or(*pixel);
        }
    }

    /// The pixels, red green blue, row by row.
    pub(crate) fn rgb(&self) -> Vec<u8> {
        self.sheet
            .pixels()
            .iter()
            .flat_map(|p| [p.red(), p.green(), p.blue()])
            .collect()
    }
}
