namespace UniRep.Training

open UniRep
open UniRep.Compute

type TrainingPlan =
    {
        Shape: MlstmShape
        Sequences: int
        HeldOut: int
        TokensPerEpoch: int64
        Epochs: int
        LearningRate: float
        Mean: LossMean
        Epoch: int
        Batch: int
        Warnings: string list
    }

type TrainingObserver =
    {
        OnPlan: TrainingPlan -> unit
        OnTrial: TrialReport -> unit
        OnBatch: BatchReport -> unit
        OnEpoch: EpochReport -> unit
        Draw: (EpochReport list -> string) option
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal TrainingPlan =
    let rate (options: TrainingOptions) (input: TrainingInput) =
        options.LearningRate
        |> Option.defaultWith (fun () -> TrainingOptions.usualRate input.Weights.Shape.Units)

    /// What the options come to with these sequences.
    let private optionWarnings (options: TrainingOptions) (input: TrainingInput) =
        let { Corpus = corpus; Indices = indices } = input.Sequences.Train

        let batches =
            Batches.plan options.Seed 1 options.BatchTokens corpus.Length indices
            |> Array.length

        let steps = int64 options.Epochs * int64 batches

        [
            if int64 options.WarmUp >= steps then
                let highest = rate options input * float steps / float options.WarmUp

                $"the learning rate warms up over {options.WarmUp} steps, but the run has only {steps}: it never exceeds {Display.short highest}"
        ]

    let create (options: TrainingOptions) (input: TrainingInput) (position: Position) =
        let { Corpus = corpus; Indices = indices } = input.Sequences.Train

        {
            Shape = input.Weights.Shape
            Sequences = indices.Length
            HeldOut =
                match input.Sequences.HoldOut with
                | Some held -> held.Indices.Length
                | None -> 0
            TokensPerEpoch = indices |> Array.sumBy (fun index -> int64 (corpus.Length index) + 1L)
            Epochs = options.Epochs
            LearningRate = rate options input
            Mean = options.Mean
            Epoch = position.Epoch
            Batch = position.Batch
            Warnings = input.Warnings @ optionWarnings options input
        }
