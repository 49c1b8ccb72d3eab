//! The pictures, as SVG to stand inside the page.
//!
//! Every kind of bar has a colour that the colour-blind tell apart (after Okabe and Ito), and a pattern of its own for paper without colour. The
//! drawing crate knows no patterns, so bars are drawn in their colour, and the colour is then replaced by the pattern of that name in [`PATTERNS`].

use maud::{Markup, PreEscaped, html};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::gather::{Hours, Verdicts};
use super::words::Words;

/// Taken, refused, left to a person. No text may have one of these colours.
const COLORS: [RGBColor; 3] = [RGBColor(0x00, 0x72, 0xB2), RGBColor(0xD5, 0x5E, 0x00), RGBColor(0x8A, 0x8F, 0x98)];
const INK: RGBColor = RGBColor(0x1B, 0x1F, 0x24);
const PALE: RGBColor = RGBColor(0xD0, 0xD7, 0xDE);

/// The patterns, once a page.
pub(crate) const PATTERNS: &str = r##"<svg class="defs" width="0" height="0" aria-hidden="true"><defs>
<pattern id="p0" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="#0072b2"/></pattern>
<pattern id="p1" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" fill="#fbe3d3"/><rect width="3" height="7" fill="#d55e00"/></pattern>
<pattern id="p2" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#eef0f2"/><circle cx="3" cy="3" r="1.4" fill="#57606a"/></pattern>
</defs></svg>"##;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn std::error::Error>>;

/// Draws on an area of a size; what cannot be drawn leaves a note instead of a picture, as the figures stand in tables as well.
fn picture(size: (u32, u32), about: &str, draw: impl FnOnce(&Area<'_>) -> Drawn) -> Markup {
    let mut svg = String::new();
    let drawn = {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        draw(&area).and_then(|()| Ok(area.present()?))
    };
    if let Err(error) = drawn {
        return html! { p { small { (about) ": " (error.to_string()) } } };
    }
    for (at, color) in COLORS.iter().enumerate() {
        let RGBColor(r, g, b) = *color;
        svg = svg.replace(&format!("fill=\"#{r:02X}{g:02X}{b:02X}\""), &format!("fill=\"url(#p{at})\""));
    }
    let label = html! { (about) }.into_string();
    PreEscaped(svg.replacen("<svg ", &format!("<svg role=\"img\" aria-label=\"{label}\" "), 1))
}

fn font(size: u32, h: HPos, v: VPos) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&INK).pos(Pos::new(h, v))
}

fn text(area: &Area<'_>, line: &str, at: (i32, i32), style: &TextStyle<'_>) -> Drawn {
    Ok(area.draw(&Text::new(line.to_string(), at, style.clone()))?)
}

fn rect(area: &Area<'_>, from: (i32, i32), to: (i32, i32), color: RGBColor) -> Drawn {
    Ok(area.draw(&Rectangle::new([from, to], color.filled()))?)
}

const WIDTH: u32 = 920;

/// A row of bars, one behind the other, for each label.
pub(crate) fn bars(words: Words, about: &str, rows: &[(String, Verdicts)]) -> Markup {
    const ROW: i32 = 38;
    const LEFT: i32 = 270;
    const RIGHT: i32 = 155;
    let most = rows.iter().map(|(_, counts)| counts.iter().sum::<u64>()).max().unwrap_or(0).max(1);
    let all: u64 = rows.iter().flat_map(|(_, counts)| counts).sum();
    picture((WIDTH, (rows.len() as i32 * ROW + 8) as u32), about, |area| {
        let room = f64::from(WIDTH as i32 - LEFT - RIGHT);
        for (at, (label, counts)) in rows.iter().enumerate() {
            let top = at as i32 * ROW + 4;
            let middle = top + ROW / 2;
            text(area, &short(label, 34), (LEFT - 10, middle), &font(17, HPos::Right, VPos::Center))?;
            let (mut done, mut left) = (0, LEFT);
            for (count, color) in counts.iter().zip(COLORS) {
                done += count;
                let right = LEFT + (done as f64 / most as f64 * room).round() as i32;
                if right > left {
                    rect(area, (left, top + 5), (right, top + ROW - 5), color)?;
                }
                left = right;
            }
            let sum: u64 = counts.iter().sum();
            let note = format!("{} · {}", words.number(sum), words.percent(sum, all));
            text(area, &note, (left + 8, middle), &font(16, HPos::Left, VPos::Center))?;
        }
        Ok(())
    })
}

/// Columns of one week each, one on the other.
pub(crate) fn columns(words: Words, about: &str, weeks: &[(jiff::civil::Date, Verdicts)]) -> Markup {
    const HEIGHT: u32 = 300;
    let most = weeks.iter().map(|(_, counts)| counts.iter().sum::<u64>()).max().unwrap_or(0).max(1);
    picture((WIDTH, HEIGHT), about, |area| {
        let (top, left, right, bottom) = (12, 78, WIDTH as i32 - 12, HEIGHT as i32 - 46);
        let step = tick(most);
        let scale = most.div_ceil(step) * step;
        let height = |count: u64| bottom - (count as f64 / scale as f64 * f64::from(bottom - top)).round() as i32;
        for value in (0..=scale).step_by(step as usize) {
            let y = height(value);
            area.draw(&PathElement::new(vec![(left, y), (right, y)], PALE))?;
            text(area, &words.number(value), (left - 8, y), &font(15, HPos::Right, VPos::Center))?;
        }
        let width = f64::from(right - left) / weeks.len().max(1) as f64;
        let every = (62.0 / width).ceil() as usize;
        for (at, (monday, counts)) in weeks.iter().enumerate() {
            let from = left + (at as f64 * width).round() as i32;
            let to = left + ((at + 1) as f64 * width).round() as i32 - if width > 6.0 { 2 } else { 0 };
            let mut done = 0;
            for (count, color) in counts.iter().zip(COLORS) {
                if *count > 0 {
                    rect(area, (from + 1, height(done + count)), (to, height(done)), color)?;
                }
                done += count;
            }
            if at % every == 0 {
                let middle = (from + to) / 2;
                text(
                    area,
                    &format!("{:02}.{:02}", monday.day(), monday.month()),
                    (middle, bottom + 8),
                    &font(14, HPos::Center, VPos::Top),
                )?;
                if at == 0 || monday.year() != weeks[at - every].0.year() {
                    text(area, &monday.year().to_string(), (middle, bottom + 25), &font(14, HPos::Center, VPos::Top))?;
                }
            }
        }
        Ok(())
    })
}

/// A label that fits; the table under the picture has it whole.
fn short(label: &str, most: usize) -> String {
    match label.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", label[..at].trim_end()),
        None => label.to_string(),
    }
}

/// A round step that gives some five lines.
fn tick(most: u64) -> u64 {
    let rough = (most as f64 / 5.0).max(1.0);
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|step| *step >= rough).unwrap_or(rough);
    (step as u64).max(1)
}

/// Days of the week by hours: a dot's area is the number of tickets; what came while support was closed is hatched and stands behind.
pub(crate) fn clock(words: Words, about: &str, hours: &Hours) -> Markup {
    const CELL: i32 = 34;
    const LEFT: i32 = 60;
    const TOP: i32 = 26;
    let days = match words.0 {
        support_triage::Lang::Ru => ["пн", "вт", "ср", "чт", "пт", "сб", "вс"],
        support_triage::Lang::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    };
    let both = |day: usize, hour: usize| hours.open[day][hour] + hours.closed[day][hour];
    let most = (0..7).flat_map(|day| (0..24).map(move |hour| both(day, hour))).max().unwrap_or(0).max(1);
    let radius = |count: u64| ((count as f64 / most as f64).sqrt() * f64::from(CELL / 2 - 2)).ceil() as i32;
    picture(((LEFT + 24 * CELL + 20) as u32, (TOP + 7 * CELL + 6) as u32), about, |area| {
        for hour in 0..=24 {
            let x = LEFT + hour * CELL;
            area.draw(&PathElement::new(vec![(x, TOP), (x, TOP + 7 * CELL)], PALE))?;
            if hour % 2 == 0 {
                text(area, &hour.to_string(), (x, TOP - 6), &font(14, HPos::Center, VPos::Bottom))?;
            }
        }
        for day in 0..=7_i32 {
            let y = TOP + day * CELL;
            area.draw(&PathElement::new(vec![(LEFT, y), (LEFT + 24 * CELL, y)], PALE))?;
            if let Some(name) = days.get(day as usize) {
                text(area, name, (LEFT - 10, y + CELL / 2), &font(15, HPos::Right, VPos::Center))?;
            }
        }
        for day in 0..7 {
            for hour in 0..24 {
                let middle = (LEFT + hour as i32 * CELL + CELL / 2, TOP + day as i32 * CELL + CELL / 2);
                if hours.closed[day][hour] > 0 {
                    area.draw(&Circle::new(middle, radius(both(day, hour)), COLORS[1].filled()))?;
                }
                if hours.open[day][hour] > 0 {
                    area.draw(&Circle::new(middle, radius(hours.open[day][hour]), COLORS[0].filled()))?;
                }
            }
        }
        Ok(())
    })
}

/// What the patterns mean.
pub(crate) fn legend(entries: &[(usize, &str)]) -> Markup {
    html! {
        p.legend {
            @for (pattern, name) in entries {
                span {
                    svg width="26" height="14" aria-hidden="true" {
                        rect x="0.5" y="0.5" width="25" height="13" fill=(format!("url(#p{pattern})")) {}
                    }
                    " " (name)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_get_their_patterns_and_labels_cannot_break_out() {
        let rows = [("<b>\"x\" & 'y'".to_string(), [3, 2, 1])];
        let svg = bars(Words(support_triage::Lang::En), "a \"picture\" <x>", &rows).into_string();
        for at in 0..3 {
            assert!(svg.contains(&format!("fill=\"url(#p{at})\"")), "{svg}");
        }
        assert!(svg.contains("&lt;b&gt;&quot;x&quot; &amp;") && svg.contains("a &quot;picture&quot; &lt;x&gt;"), "{svg}");
        assert!(!svg.contains("<b>") && !svg.contains("#0072B2"), "{svg}");
    }

    #[test]
    fn ticks_are_round_and_few() {
        for (most, step) in [(1, 1), (4, 1), (7, 2), (18, 5), (99, 20), (1_000_000, 200_000)] {
            assert_eq!(tick(most), step, "{most}");
        }
    }
}
