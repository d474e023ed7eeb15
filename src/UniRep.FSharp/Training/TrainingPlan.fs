namespace UniRep.Training

open UniRep
open UniRep.Compute

type TrainingPlan =
    {
        Shape: MlstmShape
        Sequences: int
        ValidationSequences: int
        Identity: IdentityReport option
        TokensPerEpoch: int64
        Epochs: int
        LearningRate: float
        Mean: LossMean
        Epoch: int
        Batch: int
        Warnings: string list
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal TrainingPlan =
    let private rateOf options data =
        TrainingOptions.learningRate data.StartWeights.Shape.Units options

    /// Warnings about options that do not suit these sequences.
    let private optionWarnings (options: TrainingOptions) data =
        let training = data.Split.Training

        let batches =
            Subset.passes options.Direction training
            |> Batches.plan options.Seed 1 options.BatchTokens (Subset.lengthOf training)
            |> Array.length

        let steps = int64 options.Epochs * int64 batches

        [
            if int64 options.WarmUp >= steps then
                let highest = rateOf options data * float steps / float options.WarmUp

                $"the learning rate warms up over {options.WarmUp} steps, but the run has only {steps}: it never exceeds {Display.short highest}"
        ]

    let create (options: TrainingOptions) data (position: Position) =
        {
            Shape = data.StartWeights.Shape
            Sequences = data.Split.Training.Indices.Length
            ValidationSequences =
                match data.Split.Validation with
                | Some validation -> validation.Indices.Length
                | None -> 0
            Identity = data.Identity
            TokensPerEpoch =
                int64 (ReadingDirection.passes options.Direction).Length
                * Subset.tokens data.Split.Training
            Epochs = options.Epochs
            LearningRate = rateOf options data
            Mean = options.Mean
            Epoch = position.Epoch
            Batch = position.Batch
            Warnings = data.Warnings @ optionWarnings options data
        }
