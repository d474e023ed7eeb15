namespace UniRep.Training

/// Called with the progress of a training, on the thread that trains.
type TrainingObserver =
    {
        /// Called once, before the first batch.
        OnPlan: TrainingPlan -> unit
        /// Called for every trial of a search, before the plan.
        OnTrial: TrialReport -> unit
        OnBatch: BatchReport -> unit
        OnEpoch: EpochReport -> unit
        /// Draws the losses of the epochs as SVG for `loss.svg` in the folder, such as `LossCurve.svg` of the package
        /// UniRep.Charts; None for no picture.
        Draw: (EpochReport list -> string) option
    }
