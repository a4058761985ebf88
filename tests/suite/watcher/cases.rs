//! Cases: opened for a cause, attempts kept apart, ended to the tick (E1, E2, E4, F1, F2).

use super::*;

/// E1 is one problem, with or without a record.
fn problem(kind: CaseKind) -> CaseKind {
    if kind == CaseKind::NoRecord { CaseKind::Unannounced } else { kind }
}

impl Watcher {
    pub(super) fn case_steps(&mut self, id: CaseId, kind: CaseKind, step: CaseStep, rule: Option<Rule>) {
        let kind = problem(kind);
        if step == CaseStep::Opened {
            return self.case_opens(id, kind, rule);
        }
        let case = self.cases.get(&id).unwrap_or_else(|| panic!("{id:?} opens before {step:?}"));
        assert!(case.ended.is_none(), "{id:?}: {step:?} after its end");
        assert_eq!(kind, case.kind, "{id:?} is about one problem");
        match step {
            CaseStep::Opened => unreachable!(),
            CaseStep::Attempt { number, reached } => self.attempt(id, number, reached),
            CaseStep::WindowExpired => {
                assert_eq!(kind, CaseKind::Unannounced, "{id:?}: only E1 goes on after its window");
                self.return_is_due(id);
            }
            CaseStep::Ended(state) => self.case_ends(id, state, rule),
        }
    }

    fn case_opens(&mut self, id: CaseId, kind: CaseKind, rule: Option<Rule>) {
        let at = self.now;
        let numbers = &self.numbers;
        let (by, window) = match kind {
            CaseKind::MissingPackage => (Rule::E2, None),
            CaseKind::BadAddress => (Rule::E4, Some(numbers.destroy)),
            CaseKind::JobFault | CaseKind::DriveFault => (Rule::F1, Some(numbers.fault)),
            _ => (Rule::E1, None),
        };
        assert_eq!(rule, Some(by), "{id:?} opens");
        let job = self.life(id.job);
        let mut is_certain = false;
        let drive = job.faulty;
        match kind {
            CaseKind::MissingPackage => {
                assert!(job.asks && job.noticed == Some(at), "E2: {:?} is asked without a notice", id.job);
            }
            CaseKind::BadAddress => {
                let right = matches!(job.state, JobState::Transferring | JobState::Packaging);
                assert!(right && !job.doomed, "E4: {id:?} opens in {}", job.state);
            }
            CaseKind::JobFault => assert!(job.faulted, "F1: {:?} is not Faulted", id.job),
            CaseKind::DriveFault => assert!(drive.is_some(), "F1: no drive of {:?} is Faulted", id.job),
            _ => {
                assert!(job.holds() || job.address_wrong, "E1: {id:?} opens in {}", job.state);
                is_certain = job.company.iter().any(|drive| self.drives[drive].held);
            }
        }
        let job = self.life_mut(id.job);
        job.cases += 1;
        if kind == CaseKind::DriveFault {
            job.faulty = None;
            self.drive_mut(drive.unwrap()).case = Some(id);
        } else {
            let place = match kind {
                CaseKind::MissingPackage => &mut job.missing,
                CaseKind::BadAddress => {
                    job.address_wrong = true;
                    &mut job.address
                }
                CaseKind::JobFault => &mut job.fault,
                _ => &mut job.held,
            };
            let before = place.replace(id);
            let open = before.is_some_and(|case| self.cases[&case].ended.is_none());
            assert!(!open, "{by}: a second case of {:?}, {id:?}", id.job);
        }
        let case = Case {
            kind,
            opened: at,
            attempts: 0,
            last_attempt: None,
            first: None,
            last: None,
            ended: None,
            packages: 1,
            is_certain,
            told: false,
        };
        assert!(self.cases.insert(id, case).is_none(), "{id:?} opens twice");
        if let Some(window) = window {
            self.expect(at + window, id.job);
        }
    }

    fn attempt(&mut self, id: CaseId, number: u32, reached: bool) {
        let at = self.now;
        let window = self.life(id.job).clock.filter(|clock| clock.left.is_none());
        let apart = self.numbers.between_attempts;
        let case = self.cases.get_mut(&id).unwrap();
        assert_eq!(number, case.attempts + 1, "{id:?}: attempts are counted");
        let single = case.kind != CaseKind::Unannounced || (case.packages == 1 && case.is_certain);
        if single && case.kind != CaseKind::Unannounced {
            assert!(case.first.is_none(), "Words: {id:?}, an attempt after the customer was reached");
            let since = case.last_attempt.map(|last| at - last);
            assert!(since.is_none_or(|since| since >= apart), "{id:?}: attempts {since:?} apart");
        }
        if case.kind == CaseKind::MissingPackage {
            let in_window = window.is_none_or(|clock| clock.due >= at);
            assert!(in_window, "J9: {id:?}, an attempt after the response window");
        }
        (case.attempts, case.last_attempt) = (number, Some(at));
        if reached {
            (case.first, case.last) = (case.first.or(Some(at)), Some(at));
            let joint = case.kind == CaseKind::Unannounced && case.packages > 1;
            self.expect(at + self.numbers.answer, id.job);
            if joint {
                self.reach("a customer reached while two packages are held");
            }
        }
    }

    fn case_ends(&mut self, id: CaseId, state: CaseState, rule: Option<Rule>) {
        let at = self.now;
        let case = &self.cases[&id];
        let kind = case.kind;
        let by = match kind {
            CaseKind::MissingPackage => Rule::E2,
            CaseKind::BadAddress => Rule::E4,
            CaseKind::JobFault | CaseKind::DriveFault => Rule::F2,
            _ => Rule::E1,
        };
        assert_eq!(rule, Some(by).filter(|_| state != CaseState::Settled), "{id:?} ends");
        match state {
            CaseState::Open => panic!("{id:?} ends open"),
            CaseState::Answered => {
                assert!(case.first.is_some(), "{by}: {id:?} is answered by a customer whom nobody reached");
                self.is_answered(id);
            }
            CaseState::GivenUp => self.is_given_up(id),
            CaseState::Settled => {}
        }
        self.cases.get_mut(&id).unwrap().ended = Some((at, state));
    }

    fn is_answered(&mut self, id: CaseId) {
        let at = self.now;
        let kind = self.cases[&id].kind;
        let late = self.is_out_of_reach(id, at) && kind != CaseKind::MissingPackage;
        let job = self.life_mut(id.job);
        job.answered.insert(kind, at);
        let tried = kind == CaseKind::Unannounced && !job.returns.is_empty();
        if kind == CaseKind::BadAddress
            || (kind == CaseKind::Unannounced && (job.has_ended() || !job.holds()))
        {
            job.address_wrong = false;
        }
        if kind == CaseKind::Unannounced {
            self.address_is_right(id.job);
        }
        if kind == CaseKind::BadAddress {
            self.reach("E4 answered");
        }
        if late {
            self.reach("a late answer");
        }
        if tried {
            self.reach("an answer after the return was attempted");
        }
    }

    /// A case is given up at the end of its window, and not while the customer is in reach.
    fn is_given_up(&mut self, id: CaseId) {
        let at = self.now;
        let case = &self.cases[&id];
        let opened = case.opened;
        let job = self.life(id.job);
        match case.kind {
            CaseKind::MissingPackage => {
                let over = job.clock.is_some_and(|c| c.deadline == Deadline::ResponseWindow && c.is_over(at));
                assert!(over && job.state == JobState::Shipping, "J9: {id:?} is given up, {:?}", job.clock);
            }
            CaseKind::BadAddress => {
                let due = opened + self.numbers.destroy;
                assert!(due <= at, "E4: {id:?} is given up at {at}, destroy_after ends at {due}");
                assert!(self.is_out_of_reach(id, at), "E4: {id:?} is given up, its customer was reached");
                assert_eq!(job.state, JobState::Packaging, "E4: {id:?} is given up");
                let (waited, entering, faulted) =
                    (case.last.is_some(), job.entered == at && due < at, job.faulted);
                self.life_mut(id.job).doomed = true;
                if waited {
                    self.reach("E4 waits for the answer window");
                }
                if entering {
                    self.reach("E4 ends on entering Packaging");
                }
                if faulted {
                    self.reach("E4 ends while Faulted");
                }
            }
            CaseKind::JobFault | CaseKind::DriveFault => {
                let due = opened + self.numbers.fault;
                assert_eq!(due, at, "F2: {id:?} is given up at its tick");
            }
            // The last held package is destroyed at this instant: seen when the instant is over.
            _ => {}
        }
    }

    /// What must have become of the cases of a job by the end of an instant.
    pub(super) fn judge_cases(&self, id: JobId, at: Instant) {
        let job = self.life(id);
        let open = |case: Option<CaseId>| {
            case.map(|case| (case, &self.cases[&case])).filter(|(_, case)| case.ended.is_none())
        };
        assert_eq!(
            job.faulted,
            open(job.fault).is_some(),
            "F1: {id:?} is Faulted while its case is open, {at}"
        );
        let of_drives = self.listed(id).filter_map(|(_, drive)| open(drive.case));
        for (case, seen) in open(job.fault).into_iter().chain(of_drives) {
            assert!(seen.opened + self.numbers.fault > at, "F2: missed, {case:?} is to be given up by {at}");
        }
        if let Some((case, _)) = open(job.missing) {
            let window = job.clock.is_some_and(|clock| clock.deadline == Deadline::ResponseWindow);
            assert!(
                window && job.state == JobState::Shipping,
                "E2: {case:?} is open in {}, {:?}",
                job.state,
                job.clock
            );
        } else if let Some(clock) = job.clock.filter(|clock| clock.deadline == Deadline::ResponseWindow) {
            assert!(clock.is_over(at) || job.faulted, "E2: {id:?} has a response window and no case at {at}");
        }
        if let Some((case, seen)) = open(job.address) {
            assert!(job.address_wrong, "E4: {case:?} is open, the address of {id:?} is right");
            let due = seen.opened + self.numbers.destroy <= at && self.is_out_of_reach(case, at);
            assert!(
                !(due && job.state == JobState::Packaging),
                "E4: missed, {case:?} is to be given up by {at}"
            );
        }
        let given_up = job.held.filter(|case| self.cases[case].ended == Some((at, CaseState::GivenUp)));
        if let Some(case) = given_up {
            let destroyed = |drive: &Drive| drive.host == id && drive.destroyed == Some(at);
            let own = self.listed(id).any(|(_, drive)| destroyed(drive));
            let any = own || self.drives.iter().any(|(_, drive)| destroyed(drive));
            assert!(any, "E1: {case:?} is given up, and nothing of {id:?} is destroyed");
        }
    }
}
