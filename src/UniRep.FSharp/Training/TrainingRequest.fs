namespace UniRep.Training

open UniRep
open UniRep.Compute
open UniRep.IO
open UniRep.ModelFiles

[<RequireQualifiedAccess>]
type StartModel =
    | Weights of nameOrPath: string
    | Random of shape: MlstmShape

type TrainingRequest =
    {
        Start: StartModel
        Sequences: string list
        Validation: string list
        OutOfDomain: string list
        Reading: InputOptions
        Filter: CorpusFilter
        Options: TrainingOptions
        Search: SearchOptions option
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module TrainingRequest =
    let private create start options sequences =
        {
            Start = start
            Sequences = sequences
            Validation = []
            OutOfDomain = []
            Reading = SequenceFile.defaults
            Filter = Corpus.everything
            Options = options
            Search = None
        }

    let evotune sequences =
        create (StartModel.Weights WeightCatalog.defaultName) TrainingOptions.evotune sequences

    let scratch shape sequences =
        create (StartModel.Random shape) TrainingOptions.scratch sequences

    let files request =
        request.Sequences @ request.Validation @ request.OutOfDomain

    let mapFiles change request =
        { request with
            Sequences = List.map change request.Sequences
            Validation = List.map change request.Validation
            OutOfDomain = List.map change request.OutOfDomain
        }
