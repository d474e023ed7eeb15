namespace UniRep.Design

open UniRep

type Babbled =
    {
        Index: int
        Sequence: Sequence
        LogLikelihood: float
        EndsByStop: bool
    }
