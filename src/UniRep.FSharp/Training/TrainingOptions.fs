namespace UniRep.Training

open UniRep
open UniRep.Compute

type TrainingOptions =
    {
        Epochs: int
        BatchTokens: int
        LearningRate: float option
        Schedule: Schedule
        WarmUp: int
        WeightDecay: float
        DecaysAll: bool
        MaximalNorm: float
        Mean: LossMean
        Window: int
        Direction: ReadingDirection
        Average: float option
        ValidationFraction: float
        Patience: int
        Seed: uint64
        Threads: int
        StateBytes: int64
    }

[<RequireQualifiedAccess>]
type TrainingOptionsError =
    | OutOfRange of option: string * range: string
    | Unknown of option: string * known: string list

    member this.Message =
        match this with
        | OutOfRange(option, range) -> $"{option}: must be {range}"
        | Unknown(option, known) ->
            $"""'{option}' is not an option of a training; there are: {String.concat ", " known}"""

    interface IError with
        member this.Message = this.Message

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module TrainingOptions =
    let evotune =
        {
            Epochs = 10
            BatchTokens = 8192
            LearningRate = None
            Schedule = Schedule.Cosine
            WarmUp = 50
            WeightDecay = 0.0
            DecaysAll = false
            MaximalNorm = 1.0
            Mean = LossMean.PerToken
            Window = 0
            Direction = ReadingDirection.Forward
            Average = None
            ValidationFraction = 0.1
            Patience = 3
            Seed = 42UL
            Threads = 0
            StateBytes = 1L <<< 30
        }

    let scratch =
        { evotune with
            LearningRate = Some 2e-3
            WarmUp = 200
            WeightDecay = 0.01
            Patience = 0
            ValidationFraction = 0.02
        }

    let defaultLearningRate units = min 5e-4 (0.336 / float units)

    let learningRate units options =
        options.LearningRate |> Option.defaultWith (fun () -> defaultLearningRate units)
