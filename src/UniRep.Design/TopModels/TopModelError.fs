namespace UniRep.Design

open System
open UniRep

[<RequireQualifiedAccess>]
type TopModelError =
    | TooFewRows of rows: int * least: int
    | TooManyRows of method: string * rows: int * most: int
    | TargetNotFinite of row: int
    | FeatureNotFinite of row: int
    | AllEqual of value: float
    | NotTwoClasses of found: int
    | OtherWeights of expected: FeatureSource * found: FeatureSource
    | OtherFeatures of expected: FeatureSource * found: FeatureSource
    | TooLong of row: int * positions: int
    | NoSuchFile of path: string
    | NoAccess of path: string * reason: string
    | NotATopModel of path: string
    | OtherVersion of path: string * version: string
    | Damaged of path: string * reason: string

    member this.Message =
        let features source =
            let density =
                match source.Density with
                | Some name -> $" and the density {Quote.text name}"
                | None -> ""

            $"{source.Width} features ({source.Kind.Name}){density}"

        let weights source =
            let fingerprint = defaultArg source.Fingerprint "no fingerprint"
            let name = defaultArg source.Model "no model"
            $"{Quote.text name} ({fingerprint[.. min 11 (fingerprint.Length - 1)]})"

        match this with
        | TooFewRows(rows, least) ->
            let rows = Display.counted rows "row"
            $"{rows} to fit to: at least {least} are needed"
        | TooManyRows(method, rows, most) ->
            $"{rows} rows to fit to: {method} takes at most {most}; ridge has no limit"
        | TargetNotFinite row -> $"the target of row {row + 1} is not a finite number"
        | FeatureNotFinite row -> $"a feature of row {row + 1} is not a finite number"
        | AllEqual value ->
            let value = value.ToString(Globalization.CultureInfo.InvariantCulture)
            $"all targets are {value}: there is nothing to learn"
        | NotTwoClasses found ->
            $"{found} different targets: a classification needs two, such as 0 and 1"
        | OtherWeights(expected, found) ->
            $"the top model was fitted to vectors of {weights expected}, these are of {weights found}: use the weights it was fitted with"
        | OtherFeatures(expected, found) ->
            $"the top model was fitted to {features expected}, these are {features found}"
        | TooLong(row, positions) ->
            $"the sequence of row {row + 1} is longer than the {positions} positions that the top model was fitted to"
        | NoSuchFile path -> $"{Quote.text path}: there is no such file"
        | NoAccess(path, reason) -> $"{Quote.text path}: {Quote.text reason}"
        | NotATopModel path ->
            $"{Quote.text path}: this is not a top model; `unirep fit` writes them"
        | OtherVersion(path, version) ->
            $"{Quote.text path}: a top model of format {Quote.text version}, which this version does not read"
        | Damaged(path, reason) ->
            $"{Quote.text path}: the file is damaged: {Quote.text reason}; fit it again, or copy it again"

    interface IError with
        member this.Message = this.Message
