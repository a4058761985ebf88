//! The state of the reference, and the actions that rules share: change a state, move a drive, open a case.

use super::agenda::{Event, Turn};
use super::entities::{Case, Drive, Job, Package, Return, Series, Timer};
use super::input::{Numbers, Site, Time};
use super::told::{Asked, CaseLife, JobLife};
use crate::policy::{CaseKind, CaseState, Disposition, DriveState, JobState, Rule};
use crate::scenario::WrittenJob;
use crate::scenario::fate::{Answer, CopyOutcome, ReturnAddress, Travels};
use std::collections::BTreeMap;

/// The reference at an instant.
pub struct Model<'s> {
    pub numbers: Numbers,
    pub site: &'s Site,
    pub now: Time,
    pub agenda: BTreeMap<(Time, Turn, usize), Event>,
    pub scheduled: usize,
    pub jobs: Vec<Job>,
    pub drives: Vec<Drive>,
    pub packages: Vec<Package>,
    /// Packages that wait at the closed dock.
    pub at_dock: Vec<usize>,
    pub held: Vec<super::held::Held>,
    pub returns: Vec<Return>,
    pub cases: Vec<Case>,
    pub series: Vec<Series>,
}

impl<'s> Model<'s> {
    pub fn new(numbers: Numbers, site: &'s Site, jobs: &[WrittenJob]) -> Model<'s> {
        let mut model = Model {
            numbers,
            site,
            now: 0,
            agenda: BTreeMap::new(),
            scheduled: 0,
            jobs: vec![],
            drives: vec![],
            packages: vec![],
            at_dock: vec![],
            held: vec![],
            returns: vec![],
            cases: vec![],
            series: vec![],
        };
        for plan in jobs {
            let job = model.add_job(plan.clone(), None);
            model.schedule(plan.fate.ordered.micros(), Turn::Order, Event::Order(job));
        }
        for (_, until) in site.dock_closed.iter() {
            model.schedule(*until, Turn::Site, Event::DockOpens);
        }
        for (_, until) in site.bays_closed.iter() {
            model.schedule(*until, Turn::Site, Event::BaysOpen);
        }
        model
    }

    /// Adds a job with its drives; it is not created yet.
    pub fn add_job(&mut self, plan: WrittenJob, parent: Option<usize>) -> usize {
        let number = self.jobs.len();
        let fate = &plan.fate;
        let (mut drives, mut extras) = (vec![], vec![]);
        for place in 0..fate.drives.len() + usize::from(fate.extras) {
            let drive = fate.drives.get(place);
            let list = if drive.is_some() { &mut drives } else { &mut extras };
            list.push(self.drives.len());
            self.drives.push(Drive {
                job: number,
                number: list.len() - 1,
                is_extra: drive.is_none(),
                state: DriveState::Absent,
                place: Disposition::AtCustomer,
                to_copy: drive.map_or(0, |drive| self.site.copy(drive.bytes)),
                fault_after: drive
                    .filter(|drive| drive.copy.is_fault())
                    .map(|drive| self.site.copy(drive.found_after)),
                is_mounting: false,
                copy_began: None,
                given_up: false,
                was_brought: false,
                host: None,
                held: None,
                fault_case: None,
            });
        }
        let told = JobLife {
            parent,
            drives: vec![vec![]; drives.len()],
            places: vec![vec![]; drives.len()],
            extras: vec![vec![]; extras.len()],
            ..JobLife::default()
        };
        self.jobs.push(Job {
            bad_address: fate.return_address != ReturnAddress::Good,
            plan,
            state: JobState::Absent,
            is_faulted: false,
            fault_struck: false,
            stay: 0,
            is_canceled: false,
            cancel_called: false,
            called_off: false,
            timer: Timer::Off,
            response: Timer::Off,
            notices: 0,
            extensions: 0,
            notice_due: false,
            window_over: false,
            cancel_waits: false,
            is_received: false,
            opened: false,
            address_noticed: false,
            destroy_on_packaging: false,
            packing: None,
            retention: None,
            fault_given_up: false,
            destroyed: false,
            waiting: vec![],
            drives,
            extras,
            packages: 0,
            e1: None,
            e2: None,
            e4: None,
            fault_case: None,
            told,
        });
        number
    }

    /// The lives of all jobs.
    pub fn tell(mut self) -> Vec<JobLife> {
        for series in &self.series {
            let Series { number, began, attempts, .. } = *series;
            let case = &self.cases[series.case];
            let told = &mut self.jobs[case.job].told;
            told.cases[case.number].attempts += attempts;
            let kind = told.cases[case.number].kind;
            told.asked.push(Asked { kind, number, began, attempts });
        }
        self.jobs.into_iter().map(|job| job.told).collect()
    }

    /// A rule acts on a job; its state is now `to`.
    pub fn step(&mut self, job: usize, to: JobState, rule: Rule) {
        let now = self.now;
        let job = &mut self.jobs[job];
        job.stay += usize::from(job.state != to);
        job.state = to;
        let shown = if job.is_faulted && to != JobState::Gone { JobState::Faulted } else { to };
        job.told.job.push((now, shown, rule));
    }

    /// A rule acts on a drive.
    pub fn turn(&mut self, drive: usize, to: DriveState, rule: Rule) {
        let Drive { job, number, is_extra, .. } = self.drives[drive];
        self.drives[drive].state = to;
        assert!(!is_extra, "an extra drive has no state (X1)");
        self.jobs[job].told.drives[number].push((self.now, to, rule));
    }

    /// A drive is now at this place.
    pub fn put(&mut self, drive: usize, place: Disposition) {
        let Drive { job, number, is_extra, .. } = self.drives[drive];
        self.drives[drive].place = place;
        let told = &mut self.jobs[job].told;
        let places = if is_extra { &mut told.extras } else { &mut told.places };
        places[number].push((self.now, place));
    }

    /// Opens a case.
    pub fn open_case(&mut self, job: usize, kind: CaseKind, drive: Option<usize>) -> usize {
        let told = &mut self.jobs[job].told.cases;
        told.push(CaseLife { kind, opened: self.now, attempts: 0, reached: None, ended: None });
        let number = told.len() - 1;
        self.cases.push(Case { job, drive, number, opened: self.now, reached: None, is_open: true });
        self.cases.len() - 1
    }

    /// Ends a case, if it is given and open.
    pub fn end_case(&mut self, case: Option<usize>, how: CaseState) {
        let Some(case) = case.map(|case| &mut self.cases[case]).filter(|case| case.is_open) else { return };
        case.is_open = false;
        self.jobs[case.job].told.cases[case.number].ended = Some((self.now, how));
    }

    /// Begins a series of attempts; the first attempt is immediate and takes no time.
    pub fn begin_series(&mut self, case: usize, held: Option<usize>, number: usize, answer: Answer) {
        let began = self.now;
        self.series.push(Series { case, held, answer, number, began, attempts: 0, is_over: false });
        self.schedule(began, Turn::Work, Event::Attempt(self.series.len() - 1));
    }

    /// The drives of a job that the dock has received and that are still at the site ("on hand").
    pub fn on_hand(&self, job: usize) -> Vec<usize> {
        let is_on_hand = |drive: &usize| self.drives[*drive].place == Disposition::AtSite;
        let is_own = |drive: &usize| self.drives[*drive].host.is_none();
        self.jobs[job].drives.iter().copied().filter(is_on_hand).filter(is_own).collect()
    }

    /// The extra drives and the guests at the site that came with this job.
    pub fn companions(&self, job: usize) -> Vec<usize> {
        let is_with = |drive: &usize| {
            let drive = &self.drives[*drive];
            drive.host == Some(job) && drive.held.is_none() && drive.place == Disposition::AtSite
        };
        (0..self.drives.len()).filter(is_with).collect()
    }

    /// How copying a drive ends.
    pub fn outcome(&self, drive: usize) -> CopyOutcome {
        let drive = &self.drives[drive];
        self.jobs[drive.job].plan.fate.drives[drive.number].copy
    }

    /// Where a listed drive travels.
    pub fn travels(&self, drive: usize) -> Travels {
        let drive = &self.drives[drive];
        self.jobs[drive.job].plan.fate.drives[drive.number].travels
    }
}
