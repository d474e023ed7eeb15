namespace UniRep.Design

open UniRep

/// A sequence that was sampled.
type Babbled =
    {
        /// Its number, from 0.
        Index: int
        /// The residues, those of the start included.
        Sequence: Sequence
        /// Its log-likelihood in nats with the final stop, as `Model.logLikelihood true` gives it: at temperature 1, whatever
        /// it was sampled at.
        LogLikelihood: float
        /// Whether the model ended it; false if it was cut at the most residues.
        EndsByStop: bool
    }
