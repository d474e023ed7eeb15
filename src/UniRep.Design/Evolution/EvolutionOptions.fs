namespace UniRep.Design

open System
open System.Globalization
open UniRep

type EvolutionOptions =
    {
        Chains: int
        Steps: int
        Seed: uint64
        MeanEdits: float
        Positions: int list option
        TrustRadius: int option
        Forbidden: Motif list
        Letters: LetterMatrix option
        Temperature: Temperature
    }

[<RequireQualifiedAccess>]
type EvolutionError =
    | PositionOutside of position: int * residues: int
    | NotStandard of position: int * letter: char
    | NoPositions
    | Letters of LetterMatrixError
    | WildTypeScore of scorer: string * score: float
    | NotANumber of scorer: string * sequence: Sequence

    member this.Message =
        match this with
        | PositionOutside(position, residues) ->
            $"position {position} is not one of the wild type's, which are 1 to {residues}"
        | NotStandard(position, letter) ->
            $"position {position} of the wild type is {letter}, none of the 20 standard residues: leave it out of the positions"
        | NoPositions -> "no position of the wild type may change"
        | Letters error -> error.Message
        | WildTypeScore(scorer, score) ->
            let shown = score.ToString CultureInfo.InvariantCulture
            $"{scorer}: the score of the wild type is {shown}, not a finite number"
        | NotANumber(scorer, sequence) ->
            $"{scorer}: the score of {Quote.upTo 60 sequence.Letters} is not a number"

    interface IError with
        member this.Message = this.Message

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module EvolutionOptions =
    let defaults temperature =
        {
            Chains = 100
            Steps = 1000
            Seed = 0UL
            MeanEdits = 1.5
            Positions = None
            TrustRadius = Some 7
            Forbidden = []
            Letters = None
            Temperature = temperature
        }

[<Sealed>]
type EvolutionPlan
    internal (options: EvolutionOptions, wildType: Sequence, indices: int[], letters: LetterMatrix)
    =
    let own = wildType.Letters
    let radius = options.TrustRadius |> Option.defaultValue Int32.MaxValue
    let motifs = Array.ofList options.Forbidden

    let isWithinRadius (proposal: char[]) =
        let mutable distance = 0

        for index in 0 .. own.Length - 1 do
            if proposal[index] <> own[index] then
                distance <- distance + 1

        distance <= radius

    let gains (proposal: char[]) (motif: Motif) =
        let mutable isGained = false
        let mutable index = 0

        while not isGained && index + motif.Length <= own.Length do
            isGained <-
                motif.IsAt(ReadOnlySpan proposal, index)
                && not (motif.IsAt(own.AsSpan(), index))

            index <- index + 1

        isGained

    member _.Options = options
    member _.WildType = wildType
    member _.Indices = indices
    member _.Letters = letters

    member _.Allows(proposal: char[]) =
        isWithinRadius proposal && not (motifs |> Array.exists (gains proposal))

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module EvolutionPlan =
    let private checkNumbers (options: EvolutionOptions) =
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Chains, 1, nameof options.Chains)
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Steps, 1, nameof options.Steps)

        options.TrustRadius
        |> Option.iter (fun radius ->
            ArgumentOutOfRangeException.ThrowIfLessThan(radius, 1, nameof options.TrustRadius))

        if not (options.MeanEdits >= 1.0 && options.MeanEdits <= 100.0) then
            invalidArg (nameof options.MeanEdits) "The mean number of edits is from 1 to 100."

        Temperature.check options.Temperature

    let private chosen (wildType: Sequence) positions =
        let fault position =
            if position < 1 || position > wildType.Length then
                Some(EvolutionError.PositionOutside(position, wildType.Length))
            elif not (Residue.isStandard wildType.Letters[position - 1]) then
                Some(EvolutionError.NotStandard(position, wildType.Letters[position - 1]))
            else
                None

        match positions |> List.tryPick fault with
        | Some error -> Error error
        | None ->
            positions
            |> List.map (fun position -> position - 1)
            |> List.distinct
            |> List.sort
            |> Array.ofList
            |> Ok

    let private standard (wildType: Sequence) =
        [|
            for index in 0 .. wildType.Length - 1 do
                if Residue.isStandard wildType.Letters[index] then
                    index
        |]

    let private fitting (letters: LetterMatrix) (wildType: Sequence) indices =
        let isExcluded index =
            letters.Weight(index + 1, wildType.Letters[index]) = 0.0

        if letters.Length <> wildType.Length then
            Error(LetterMatrixError.OtherLength(letters.Length, wildType.Length))
        else
            match indices |> Array.tryFind isExcluded with
            | Some index ->
                Error(LetterMatrixError.WildTypeExcluded(index + 1, wildType.Letters[index]))
            | None -> Ok letters

    let make (options: EvolutionOptions) (wildType: Sequence) =
        checkNumbers options

        let indices =
            match options.Positions with
            | Some positions -> chosen wildType positions
            | None -> Ok(standard wildType)

        indices
        |> Result.bind (fun indices ->
            if indices.Length = 0 then
                Error EvolutionError.NoPositions
            else
                let letters =
                    options.Letters
                    |> Option.defaultWith (fun () -> LetterMatrix.uniform wildType.Length)

                fitting letters wildType indices
                |> Result.mapError EvolutionError.Letters
                |> Result.map (fun letters -> EvolutionPlan(options, wildType, indices, letters)))
