namespace UniRep.Training

open System.Threading
open UniRep

/// What does not change while a training runs.
type internal TrainingRun =
    {
        Backend: Backend
        Options: TrainingOptions
        Data: TrainingData
        Observer: TrainingObserver
        Cancellation: CancellationToken
    }
