namespace UniRep.Training

open System.Threading
open UniRep

/// A training in a folder, all there is to know of it.
type internal TrainingSession =
    {
        Backend: Backend
        Options: TrainingOptions
        Input: TrainingInput
        Folder: TrainingFolder
        CheckpointSeconds: float
        Observer: TrainingObserver
        Cancellation: CancellationToken
    }

/// Trains.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal TrainingSession =
    /// Trains in memory alone.
    val inMemory:
        backend: Backend ->
        options: TrainingOptions ->
        input: TrainingInput ->
        observer: TrainingObserver ->
            Tuned

    /// Trains in a folder from a checkpoint, or from the beginning.
    val goOn: session: TrainingSession -> checkpoint: Checkpoint option -> Tuned

    /// Searches for a learning rate and a number of epochs in a folder of its own for every trial; trials that are
    /// recorded are not run again. Raises OperationCanceledException, and TrainingFailed if every trial diverges.
    val search: session: TrainingSession -> search: SearchOptions -> TrainingOptions
