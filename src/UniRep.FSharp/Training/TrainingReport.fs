namespace UniRep

type BatchReport =
    {
        Epoch: int
        Batch: int
        Batches: int
        Step: int64
        Loss: float
        GradientNorm: float
        LearningRate: float
        Tokens: int64
        Seconds: float
    }

type EpochReport =
    {
        Epoch: int
        Step: int64
        TrainLoss: float option
        HoldOutLoss: float option
        OutOfDomainLoss: float option
        IsBest: bool
        Tokens: int64
        Seconds: float
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module EpochReport =
    let decisive report =
        report.HoldOutLoss |> Option.defaultValue -(float report.Epoch)

    let perplexity loss = exp loss
