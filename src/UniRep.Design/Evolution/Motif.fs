namespace UniRep.Design

open System
open UniRep

type MotifError =
    {
        Text: string
        Reason: string
    }

    member this.Message =
        $"'{Quote.upTo 60 this.Text}' is no motif: {this.Reason}; write one such as NXS or N{{P}}[ST]"

    interface IError with
        member this.Message = this.Message

/// The letters that may stand at one place of a motif, a bit for each from A.
[<Struct>]
type internal MotifPlace = { Letters: uint32 }

[<Sealed>]
type Motif internal (text: string, places: MotifPlace[]) =
    member _.Text = text
    member _.Length = places.Length

    member _.IsAt(letters: ReadOnlySpan<char>, index: int) =
        let mutable fits = index >= 0 && index + places.Length <= letters.Length
        let mutable place = 0

        while fits && place < places.Length do
            let bit = 1u <<< (int letters[index + place] - int 'A')
            fits <- places[place].Letters &&& bit <> 0u
            place <- place + 1

        fits

    override _.ToString() = text

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Motif =
    let private all = (1u <<< 26) - 1u

    let private bits (letters: string) =
        letters
        |> Seq.fold (fun sum letter -> sum ||| (1u <<< (int letter - int 'A'))) 0u

    let private areLetters (letters: string) =
        letters.Length > 0 && Seq.forall Char.IsAsciiLetterUpper letters

    /// The places from an index of the text on, in reverse of those before.
    let rec private places (text: string) (index: int) found =
        let set (closing: char) make =
            let last = text.IndexOf(closing, index)
            let inner = text.Substring(index + 1, max 0 (last - index - 1))

            if last < 0 then
                Error $"{text[index]} is not closed"
            elif areLetters inner then
                places text (last + 1) ({ Letters = make (bits inner) } :: found)
            else
                Error $"{text[index]}{closing} holds upper-case letters of residues"

        if index = text.Length then
            Ok(List.rev found)
        else
            match text[index] with
            | '[' -> set ']' id
            | '{' -> set '}' (fun letters -> all &&& ~~~letters)
            | 'X' -> places text (index + 1) ({ Letters = all } :: found)
            | letter when Char.IsAsciiLetterUpper letter ->
                places text (index + 1) ({ Letters = bits (string letter) } :: found)
            | other -> Error $"{Quote.line (string other)} is not an upper-case letter"

    let parse (text: string) =
        match places text 0 [] with
        | Ok [] -> Error { Text = text; Reason = "it is empty" }
        | Ok places -> Ok(Motif(text, Array.ofList places))
        | Error reason -> Error { Text = text; Reason = reason }
