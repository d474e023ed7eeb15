namespace UniRep.Design

open System
open UniRep
open UniRep.Training

[<Sealed>]
type Ehrlich
    internal
    (
        length: int,
        motifs: (string * int list) list,
        quantization: int,
        forbidden: Set<char * char>,
        start: Sequence,
        optimum: Sequence
    ) =
    let shapes =
        motifs
        |> List.map (fun (letters, offsets) -> letters, Array.ofList offsets)
        |> Array.ofList

    let isForbidden = Array2D.create 26 26 false

    do
        for first, second in forbidden do
            isForbidden[int first - int 'A', int second - int 'A'] <- true

    let isFeasible (letters: string) =
        let mutable isGood = true

        for index in 1 .. letters.Length - 1 do
            if isForbidden[int letters[index - 1] - int 'A', int letters[index] - int 'A'] then
                isGood <- false

        isGood

    /// The largest share of a motif's letters that stand at one place, in steps of the quantization.
    let share (letters: string) (motif: string, offsets: int[]) =
        let mutable most = 0

        for place in 0 .. letters.Length - 1 - offsets[offsets.Length - 1] do
            let mutable count = 0

            for index in 0 .. motif.Length - 1 do
                if letters[place + offsets[index]] = motif[index] then
                    count <- count + 1

            most <- max most count

        float (most * quantization / motif.Length) / float quantization

    member _.Length = length
    member _.Motifs = motifs
    member _.Forbidden = forbidden
    member _.Start = start
    member _.Optimum = optimum

    member _.Score(sequence: Sequence) =
        if sequence.Length <> length then
            invalidArg
                (nameof sequence)
                $"The sequence has {sequence.Length} residues, not {length}."

        if isFeasible sequence.Letters then
            shapes
            |> Array.fold (fun product shape -> product * share sequence.Letters shape) 1.0
        else
            Double.NegativeInfinity

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Ehrlich =
    let private letters = LetterMatrix.letters

    /// Forbids pairs of different letters: for each first letter a quarter of the others.
    let private forbiddenPairs (random: SplitMix) =
        [
            for first in letters do
                let others = letters.Replace(string first, "").ToCharArray()
                random.Shuffle others

                for second in others[..4] do
                    first, second
        ]
        |> set

    /// Different letters in an order in which each may follow the one before; tries again where it comes to no end.
    let rec private chain (random: SplitMix) forbidden count =
        let order = letters.ToCharArray()
        random.Shuffle order

        let rec extend (found: char list) =
            if found.Length = count then
                Some(List.rev found)
            else
                order
                |> Array.filter (fun letter ->
                    not (List.contains letter found)
                    && (found.IsEmpty || not (Set.contains (found.Head, letter) forbidden)))
                |> Array.tryHead
                |> Option.bind (fun letter -> extend (letter :: found))

        match extend [] with
        | Some found -> found
        | None -> chain random forbidden count

    /// How far each letter of a motif stands behind the first, within a room.
    let private offsets (random: SplitMix) count room =
        let places = [| 1 .. room - 1 |]
        random.Shuffle places
        0 :: (places[.. count - 2] |> Array.sort |> List.ofArray)

    let private randomStart (random: SplitMix) forbidden length =
        let rec extend (found: char list) =
            if found.Length = length then
                String(Array.ofList (List.rev found))
            else
                let letter = letters[random.Below letters.Length]

                if not found.IsEmpty && Set.contains (found.Head, letter) forbidden then
                    extend found
                else
                    extend (letter :: found)

        extend []

    /// Every motif in a room of its own; each letter is repeated until the next one.
    let private solution length motifs =
        let room = length / List.length motifs
        let solved = Array.create length ' '

        for number, (motif: string, offsets: int list) in List.indexed motifs do
            List.iteri (fun index offset -> solved[number * room + offset] <- motif[index]) offsets

        for index in 1 .. length - 1 do
            if solved[index] = ' ' then
                solved[index] <- solved[index - 1]

        String solved

    let private sequence text = Sequence.parse text |> Result.orRaise

    let make seed length motifs motifLength quantization =
        if motifs < 1 || motifLength < 1 || motifs * motifLength > letters.Length then
            invalidArg (nameof motifs) "All motifs together have from 1 to 20 letters."

        if motifs * motifLength > length then
            invalidArg (nameof length) "The motifs do not fit side by side."

        if quantization < 1 || quantization > motifLength then
            invalidArg (nameof quantization) "The quantization is from 1 to the length of a motif."

        let random = SplitMix seed
        let forbidden = forbiddenPairs random

        let made =
            chain random forbidden (motifs * motifLength)
            |> List.chunkBySize motifLength
            |> List.map (fun motif ->
                String(Array.ofList motif), offsets random motifLength (length / motifs))

        Ehrlich(
            length,
            made,
            quantization,
            forbidden,
            sequence (randomStart random forbidden length),
            sequence (solution length made)
        )

    let scorer (ehrlich: Ehrlich) =
        {
            Name = "ehrlich"
            Score = fun _ sequences -> sequences |> Array.map ehrlich.Score
        }
