//! Weekly shifts, as people write them: "Mon-Fri 08:00-18:00".

/// Minutes in a civil day of 24 hours.
pub const DAY_MINUTES: u32 = 24 * 60;
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// A weekly shift: on some weekdays, from one minute of the day to another, at a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Weekdays, Monday first.
    pub days: [bool; 7],
    /// Minute of the local day at which it begins.
    pub from: u32,
    /// Minute of the local day at which it ends, up to 1,440; greater than `from`.
    pub to: u32,
    /// Level, such as the number of servers.
    pub level: u32,
}

impl Shift {
    /// Whether it is a moment, such as a carrier's pickup: a shift of one minute on the clock face. A moment always
    /// occurs and lasts one minute. If a clock change skips it, it occurs at the change; if its time occurs twice, it
    /// is the first.
    pub fn is_moment(&self) -> bool {
        self.to - self.from == 1
    }

    /// Reads "Mon-Fri 08:00-18:00", "Mon,Wed,Fri 09:00-12:30", "Sat", "daily 06:00-24:00", "always". Without hours it
    /// lasts all day. Days may wrap ("Fri-Mon"); hours may not: a night is two shifts.
    ///
    /// # Errors
    /// A sentence with what was found and what is allowed.
    pub fn parse(text: &str, level: u32) -> Result<Shift, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (from, to) = match words[..] {
            [] => return Err("a shift is needed, such as \"Mon-Fri 08:00-18:00\", \"Sat 09:00-12:00\", \"daily\" or \"always\"".into()),
            [_] => (0, DAY_MINUTES),
            [days, hours] if days.eq_ignore_ascii_case("always") => {
                return Err(format!("\"{text}\" has hours, but \"always\" has none; write \"daily {hours}\""));
            }
            [_, hours] => parse_hours(hours)?,
            [_, _, extra, ..] => {
                return Err(format!(
                    "\"{extra}\" in \"{text}\" is too much; write days and hours without further spaces, like \"Mon-Fri 08:00-18:00\""
                ));
            }
        };
        Ok(Shift { days: parse_days(words[0])?, from, to, level })
    }
}

fn parse_days(text: &str) -> Result<[bool; 7], String> {
    if text.eq_ignore_ascii_case("daily") || text.eq_ignore_ascii_case("always") {
        return Ok([true; 7]);
    }
    let mut days = [false; 7];
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (parse_day(first)?, parse_day(last)?);
        (0..=(7 + last - first) % 7).for_each(|step| days[(first + step) % 7] = true);
    }
    Ok(days)
}

fn parse_day(text: &str) -> Result<usize, String> {
    let found = WEEKDAYS.iter().position(|day| text.eq_ignore_ascii_case(day));
    found.ok_or_else(|| {
        format!("\"{text}\" is not a day; allowed: Mon, Tue, Wed, Thu, Fri, Sat, Sun, ranges like Mon-Fri, lists like Mon,Wed, daily, always")
    })
}

fn parse_hours(text: &str) -> Result<(u32, u32), String> {
    let Some((from, to)) = text.split_once('-') else {
        return Err(format!("\"{text}\" is not a range of hours; write it like \"08:00-18:00\""));
    };
    let (start, end) = (parse_time(from)?, parse_time(to)?);
    if start >= end {
        return Err(format!(
            "\"{text}\" does not end after it begins; a shift over midnight is two: \"{from}-24:00\" and \"00:00-{to}\""
        ));
    }
    Ok((start, end))
}

fn parse_time(text: &str) -> Result<u32, String> {
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let number = |part: &str| part.parse::<u32>().ok().filter(|_| two_digits(part));
    let parts = text.split_once(':').and_then(|(hours, minutes)| Some((number(hours)?, number(minutes)?)));
    let minute = parts.filter(|parts| parts.1 < 60).map(|(hours, minutes)| hours * 60 + minutes);
    let refusal =
        || format!("\"{text}\" is not a time of day; allowed: 00:00 to 24:00, with two digits each");
    minute.filter(|&minute| minute <= DAY_MINUTES).ok_or_else(refusal)
}
