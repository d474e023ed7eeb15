namespace UniRep

open System
open System.Globalization
open System.Text.RegularExpressions

type Mutation =
    {
        Original: char
        Position: int
        Replacement: char
    }

    override this.ToString() =
        string this.Original + string this.Position + string this.Replacement

type Variant =
    {
        Mutations: Mutation list
    }

    override this.ToString() =
        this.Mutations |> List.map string |> String.concat ":"

[<RequireQualifiedAccess>]
type VariantError =
    | NotAMutation of variant: string * mutation: string
    | OutsideWildType of variant: Variant * position: int * first: int * last: int
    | OtherResidue of variant: Variant * position: int * expected: char * found: char
    | ChangedTwice of variant: Variant * position: int

    member this.Message =
        match this with
        | VariantError.NotAMutation(_, mutation) ->
            $"'{Quote.text mutation}' is not a mutation such as A42G"
        | VariantError.OutsideWildType(variant, position, first, last) ->
            $"{variant}: residue {position} is not among residues {first} to {last}"
        | VariantError.OtherResidue(variant, position, expected, found) ->
            $"{variant}: {expected} is expected at residue {position} of the wild type, {found} is found"
        | VariantError.ChangedTwice(variant, position) ->
            $"{variant}: residue {position} is changed twice"

    interface IError with
        member this.Message = this.Message

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Variant =
    let private mutation =
        Regex(@"^([A-Z])(-?[0-9]{1,9})([A-Z])\z", RegexOptions.CultureInvariant)

    let parse (text: string) =
        ArgumentNullException.ThrowIfNull(text, nameof text)

        let read part =
            let found = mutation.Match part

            if found.Success then
                Some
                    {
                        Original = found.Groups[1].Value[0]
                        Position = Int32.Parse(found.Groups[2].Value, CultureInfo.InvariantCulture)
                        Replacement = found.Groups[3].Value[0]
                    }
            else
                None

        let parts = text.Split ':' |> List.ofArray |> List.map (fun part -> part, read part)

        match parts |> List.tryFind (snd >> Option.isNone) with
        | Some(part, _) -> Error(VariantError.NotAMutation(text, part))
        | None -> Ok { Mutations = parts |> List.choose snd }

    let toString (variant: Variant) = string variant

    /// What is wrong with the mutations from some index on, if anything.
    let rec private fault first (letters: string) variant changed mutations =
        match mutations with
        | [] -> None
        | {
              Original = original
              Position = position
          } :: rest ->
            // Positions and numbers of first residues may be far apart.
            let at = int64 position - int64 first

            if at < 0L || at >= int64 letters.Length then
                Some(
                    VariantError.OutsideWildType(
                        variant,
                        position,
                        first,
                        first + letters.Length - 1
                    )
                )
            elif letters[int at] <> original then
                Some(VariantError.OtherResidue(variant, position, original, letters[int at]))
            elif Set.contains position changed then
                Some(VariantError.ChangedTwice(variant, position))
            else
                fault first letters variant (Set.add position changed) rest

    let check first (wildType: Sequence) variant =
        match fault first wildType.Letters variant Set.empty variant.Mutations with
        | Some error -> Error error
        | None -> Ok()

    let apply first (wildType: Sequence) variant =
        check first wildType variant
        |> Result.bind (fun () ->
            let letters = wildType.Letters.ToCharArray()

            for mutation in variant.Mutations do
                letters[mutation.Position - first] <- mutation.Replacement

            // Every letter from A to Z is a residue, but a mutation made by hand may hold anything.
            Sequence.parse (String letters)
            |> Result.mapError (fun _ ->
                let wrong =
                    variant.Mutations
                    |> List.find (fun mutation -> (Residue.tryToken mutation.Replacement).IsNone)

                VariantError.NotAMutation(string variant, string wrong)))
