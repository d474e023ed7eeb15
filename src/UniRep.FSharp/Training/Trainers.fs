namespace UniRep.Training

open UniRep
open UniRep.Compute

/// Makes trainers of a backend, or raises TrainingFailed.
[<RequireQualifiedAccess>]
module internal Trainers =
    let private create (backend: Backend) options state =
        match backend.Train with
        | None -> Error(BackendError.Unsupported(backend.Name, "train models"))
        | Some train -> train options state
        |> function
            | Ok trainer -> trainer
            | Error error -> raise (TrainingFailed(TrainingError.Backend error))

    /// Resumes from a saved state.
    let resume backend (options: TrainingOptions) state =
        create
            backend
            (TrainerOptions(
                Threads = options.Threads,
                StateBytes = options.StateBytes,
                Averages = options.Average.IsSome
            ))
            state

    /// Starts from weights.
    let start backend options weights =
        resume backend options (TrainerState.Start(Weights.withHead weights))

    /// Makes a trainer that only computes losses.
    let evaluator backend (options: TrainingOptions) arrays =
        create backend (TrainerOptions(Threads = options.Threads)) (TrainerState.Start arrays)
