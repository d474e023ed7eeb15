namespace UniRep.Design

open System
open UniRep

type BabbleOptions =
    {
        Count: int
        Seed: uint64
        Start: Sequence option
        Temperature: float
        TopK: int option
        TopP: float option
        MinLength: int
        MaxLength: int
        Letters: string
    }

[<RequireQualifiedAccess>]
type BabbleError =
    | Count of count: int
    | Temperature of temperature: float
    | TopK of count: int
    | TopP of probability: float
    | Lengths of least: int * most: int
    | StartTooLong of length: int * most: int
    | NoLetters
    | Letter of letter: char
    | RepeatedLetter of letter: char
    | NoHead of message: string

    member this.Message =
        let number (value: float) =
            value.ToString Globalization.CultureInfo.InvariantCulture

        match this with
        | Count count -> $"the number of sequences is {count}: it must be at least 1"
        | Temperature temperature ->
            $"the temperature is {number temperature}: it must be 0 or more"
        | TopK count -> $"top-k is {count}: it must be at least 1"
        | TopP probability -> $"top-p is {number probability}: it must be above 0 and at most 1"
        | Lengths(least, most) ->
            $"the lengths are {least} to {most}: the least must be at least 1 and not above the most"
        | StartTooLong(length, most) ->
            $"the start has {length} residues, and a sequence may have {most}"
        | NoLetters -> "there is no letter to draw: name at least one"
        | Letter letter ->
            $"'{letter}' cannot be drawn: the letters that can are {Residue.letters} and X"
        | RepeatedLetter letter -> $"the letter {letter} is named twice"
        | NoHead message -> message

    interface IError with
        member this.Message = this.Message

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module BabbleOptions =
    let defaults =
        {
            Count = 1
            Seed = 0UL
            Start = None
            Temperature = 1.0
            TopK = None
            TopP = None
            MinLength = 1
            MaxLength = 1_000
            Letters =
                Residue.letters
                |> String.filter Residue.isStandard
                |> Seq.sort
                |> Seq.toArray
                |> String
        }

    let private isDrawable letter =
        letter = 'X' || Residue.letters.Contains(letter: char)

    let private repeated (letters: string) =
        letters
        |> Seq.countBy id
        |> Seq.tryFind (fun (_, count) -> count > 1)
        |> Option.map fst

    let check options =
        let length = options.Start |> Option.map _.Length |> Option.defaultValue 0

        match options with
        | { Count = count } when count < 1 -> Error(BabbleError.Count count)
        | { Temperature = temperature } when not (temperature >= 0.0 && Double.IsFinite temperature) ->
            Error(BabbleError.Temperature temperature)
        | { TopK = Some count } when count < 1 -> Error(BabbleError.TopK count)
        | { TopP = Some probability } when not (probability > 0.0 && probability <= 1.0) ->
            Error(BabbleError.TopP probability)
        | { MinLength = least; MaxLength = most } when least < 1 || least > most ->
            Error(BabbleError.Lengths(least, most))
        | { MaxLength = most } when length > most -> Error(BabbleError.StartTooLong(length, most))
        | { Letters = "" } -> Error BabbleError.NoLetters
        | { Letters = letters } when not (Seq.forall isDrawable letters) ->
            letters |> Seq.find (isDrawable >> not) |> BabbleError.Letter |> Error
        | { Letters = letters } ->
            match repeated letters with
            | Some letter -> Error(BabbleError.RepeatedLetter letter)
            | None -> Ok options
