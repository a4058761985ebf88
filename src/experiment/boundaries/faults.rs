//! What the documentation says of faults and bad addresses (S:52, S:80; F1 to F4, E4), by hand as in the reference.

use super::reference::{Numbers, Step, Time, Told};

/// The house of these cases: when the package comes, how long there are no bays, a drive is copied, a package packed.
#[derive(Clone, Copy, Debug)]
pub(super) struct House {
    pub arrives: Time,
    pub bays: Time,
    pub copy: Time,
    pub pack: Time,
}

impl House {
    /// A job that follows its expected course up to this state.
    fn until(&self, state: &str) -> Vec<Step> {
        let course = [
            (0, "Creating", "J1"),
            (0, "Shipping", "J5"),
            (self.arrives, "Received", "J10"),
            (self.bays, "Transferring", "J11"),
            (self.bays + self.copy, "Packaging", "J12"),
        ];
        let last = course.iter().position(|step| step.1 == state).expect("faults: a state of the course");
        course[..=last].to_vec()
    }
}

/// A job fault at `at` in the state `base`, answered after `answer` or never.
pub(super) fn job_fault(n: &Numbers, house: House, base: &'static str, at: Time, answer: Time) -> Told {
    let mut job = house.until(base);
    job.push((at, "Faulted", "J18"));
    let solved = answer <= n.fault;
    let then = at + if solved { answer } else { n.fault };
    let copied = house.bays + house.copy;
    let ended = match (base, solved) {
        // F3: the timer stood still, and goes on with what was left.
        ("Creating", true) => {
            job.extend([(then, "Creating", "J19"), (then + n.creating - at, "Gone", "J3")]);
            None
        }
        ("Shipping", true) => {
            let notice = then + n.shipping - at;
            job.extend([(then, "Shipping", "J19"), (notice, "Shipping", "J6")]);
            Some((notice + n.response, "Closed", "J9"))
        }
        // F2: before any drive was received.
        ("Creating" | "Shipping", false) => Some((then, "Closed", "F2")),
        ("Received", true) => {
            let begun = then.max(house.bays);
            job.extend([(then, "Received", "J19"), (begun, "Transferring", "J11")]);
            job.push((begun + house.copy, "Packaging", "J12"));
            Some((begun + house.copy + house.pack, "Completed", "J13"))
        }
        // J20: goes on as canceled, with an error.
        ("Received", false) => {
            job.extend([(then, "Received", "J20"), (then, "Packaging", "J16")]);
            Some((then + house.pack, "Closed", "J14"))
        }
        // F3: copies that run finish; what falls due waits.
        ("Transferring", true) => {
            let done = then.max(copied);
            job.extend([(then, "Transferring", "J19"), (done, "Packaging", "J12")]);
            Some((done + house.pack, "Completed", "J13"))
        }
        ("Transferring", false) => {
            let done = then.max(copied);
            job.extend([(then, "Transferring", "J20"), (done, "Packaging", "J12")]);
            Some((done + house.pack, "Closed", "J14"))
        }
        // Ours (F3): no package of a Faulted job is packed; it is packed once the fault is solved.
        ("Packaging", true) => {
            job.push((then, "Packaging", "J19"));
            Some((then + house.pack, "Completed", "J13"))
        }
        // F2: E4 from here.
        _ => {
            job.push((then, "Packaging", "F2"));
            Some((then + n.destroy, "Closed", "J14"))
        }
    };
    if let Some((at, state, rule)) = ended {
        job.extend([(at, state, rule), (at + n.retention, "Gone", "J15")]);
    }
    let mut ruled = vec![(at, "F1")];
    if !solved {
        ruled.push((then, "F2"));
    }
    Told { job, ruled, ..Told::default() }
}

/// A drive that is found faulty while it is mounted, at its arrival; answered after `answer` or never.
pub(super) fn drive_fault(n: &Numbers, arrives: Time, answer: Time) -> Told {
    let solved = answer <= n.fault;
    let then = arrives + if solved { answer } else { n.fault };
    let mut drive = vec![(0, "Specified", "D1"), (arrives, "Received", "D3"), (arrives, "Faulted", "D12")];
    if solved {
        drive.extend([(then, "Received", "D13"), (then, "Transferring", "D7"), (then, "Completed", "D8")]);
    } else {
        drive.push((then, "CompletedMoreInfo", "D14"));
    }
    drive.push((then, "ShippedBack", "D10"));
    let ended = if solved { ("Completed", "J13") } else { ("Closed", "J14") };
    let job = vec![
        (0, "Creating", "J1"),
        (0, "Shipping", "J5"),
        (arrives, "Received", "J10"),
        (arrives, "Transferring", "J11"),
        (then, "Packaging", "J12"),
        (then, ended.0, ended.1),
        (then + n.retention, "Gone", "J15"),
    ];
    Told {
        job,
        drives: vec![drive],
        places: vec!["Returned"],
        ruled: vec![(arrives, "F1")],
        ..Told::default()
    }
}

/// A bad return address, noticed as the job arrives; corrected after `answer` or never.
pub(super) fn bad_address(n: &Numbers, arrives: Time, answer: Time) -> Told {
    let corrected = answer <= n.destroy;
    let then = arrives + if corrected { answer } else { n.destroy };
    let ended = if corrected { ("Completed", "J13") } else { ("Closed", "J14") };
    let mut drive = vec![(0, "Specified", "D1"), (arrives, "Received", "D3")];
    drive.extend([(arrives, "Transferring", "D7"), (arrives, "Completed", "D8")]);
    if corrected {
        drive.push((then, "ShippedBack", "D10"));
    }
    let job = vec![
        (0, "Creating", "J1"),
        (0, "Shipping", "J5"),
        (arrives, "Received", "J10"),
        (arrives, "Transferring", "J11"),
        (arrives, "Packaging", "J12"),
        (then, ended.0, ended.1),
        (then + n.retention, "Gone", "J15"),
    ];
    let place = if corrected { "Returned" } else { "Destroyed" };
    Told { job, drives: vec![drive], places: vec![place], ruled: vec![(arrives, "E4")], ..Told::default() }
}
