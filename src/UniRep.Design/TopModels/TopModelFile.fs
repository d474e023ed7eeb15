namespace UniRep.Design

open System
open System.Globalization
open System.IO
open System.Runtime.InteropServices
open System.Security.Cryptography
open System.Text
open UniRep.Formats
open UniRep.IO
open UniRep.ModelFiles

/// What a file of a top model holds: a safetensors file of F64 arrays with texts. A digest over all of it tells damage.
type internal TopModelContent =
    {
        Method: TopModelMethod
        Target: string
        Rows: int
        Source: FeatureSource
        Options: TopModelOptions
        Arrays: NamedArray list
    }

[<RequireQualifiedAccess>]
module internal TopModelFile =
    let private format = "unirep.top-model"
    let private version = "1"

    let private number (value: float) =
        value.ToString("R", CultureInfo.InvariantCulture)

    let private optional name value =
        match value with
        | Some text -> [ name, text ]
        | None -> []

    let private texts content =
        [
            format, version
            "method", content.Method.Name
            "target", content.Target
            "rows", string content.Rows
            "features", content.Source.Kind.Name
            "width", string content.Source.Width
            yield! optional "weights.fingerprint" content.Source.Fingerprint
            yield! optional "weights.name" content.Source.Model
            yield! optional "density" content.Source.Density
            "options.penalties", content.Options.Penalties |> Seq.map number |> String.concat " "
            "options.folds", string content.Options.Folds
            "options.members", string content.Options.Members
            "options.seed", string content.Options.Seed
        ]

    /// The SHA-256 of texts and arrays, in the order of their names.
    let private digest (texts: (string * string) seq) (arrays: NamedArray seq) =
        use hash = IncrementalHash.CreateHash HashAlgorithmName.SHA256

        let add (text: string) =
            hash.AppendData(Encoding.UTF8.GetBytes text)

        for name, text in Seq.sortBy fst texts do
            add $"{name.Length}:{name}{text.Length}:{text}"

        for array in arrays |> Seq.sortBy _.Name do
            let sizes = array.Shape |> Seq.map string |> String.concat ","
            add $"{array.Name}[{sizes}]"
            hash.AppendData(MemoryMarshal.AsBytes(ReadOnlySpan array.Values))

        Convert.ToHexStringLower(hash.GetHashAndReset())

    let save path content =
        let texts = texts content
        let metadata = texts @ [ "digest", digest texts content.Arrays ]

        let arrays =
            content.Arrays |> List.map (fun array -> array.Name, array.Shape, array.Values)

        match
            SafeWriting.file path (fun stream -> Safetensors.writeDoubles stream metadata arrays)
        with
        | Ok() -> Ok()
        | Error(WeightFileError.NoAccess(path, reason)) ->
            Error(TopModelError.NoAccess(path, reason))
        | Error error -> Error(TopModelError.NoAccess(path, error.Message))

    let private kinds =
        [
            FeatureKind.Vector Pool.Average
            FeatureKind.Vector Pool.Final
            FeatureKind.Vector Pool.Cell
            FeatureKind.Vector Pool.Fusion
            FeatureKind.OneHot
        ]

    let private wrong reason = raise (NamedArray.Wrong reason)

    /// Reads the texts, or raises Wrong.
    let private parse (texts: Map<string, string>) arrays =
        let text name =
            match Map.tryFind name texts with
            | Some text -> text
            | None -> wrong $"{name} is missing"

        let whole least name =
            match Int32.TryParse(text name, NumberStyles.None, CultureInfo.InvariantCulture) with
            | true, value when value >= least -> value
            | _ -> wrong $"{name} is '{text name}', not a number of {least} or more"

        let named name nameOf items =
            match items |> List.tryFind (fun item -> nameOf item = text name) with
            | Some item -> item
            | None -> wrong $"{name} is '{text name}', which is not known"

        let penalty (word: string) =
            match Double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture) with
            | true, value when Double.IsFinite value && value > 0.0 -> value
            | _ -> wrong $"'{word}' is not a penalty"

        let seed =
            match
                UInt64.TryParse(
                    text "options.seed",
                    NumberStyles.None,
                    CultureInfo.InvariantCulture
                )
            with
            | true, seed -> seed
            | _ -> wrong "options.seed is not a number"

        let method =
            named "method" (fun (method: TopModelMethod) -> method.Name) TopModelOptions.methods

        {
            Method = method
            Target = text "target"
            Rows = whole 2 "rows"
            Source =
                {
                    Kind = named "features" (fun (kind: FeatureKind) -> kind.Name) kinds
                    Width = whole 1 "width"
                    Fingerprint = Map.tryFind "weights.fingerprint" texts
                    Model = Map.tryFind "weights.name" texts
                    Density = Map.tryFind "density" texts
                }
            Options =
                {
                    Method = method
                    Penalties =
                        (text "options.penalties").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                        |> Array.map penalty
                    Folds = whole 0 "options.folds"
                    Members = whole 0 "options.members"
                    Seed = seed
                }
            Arrays = arrays
        }

    let private check path (texts: Map<string, string>) arrays make =
        let kept = texts |> Map.remove "digest"

        if Map.tryFind "digest" texts <> Some(digest (Map.toSeq kept) arrays) then
            Error(TopModelError.Damaged(path, "its digest does not fit its content"))
        elif
            arrays
            |> List.exists (fun array -> not (Array.forall Double.IsFinite array.Values))
        then
            Error(TopModelError.Damaged(path, "a number is not finite"))
        else
            try
                Ok(make (parse texts arrays))
            with NamedArray.Wrong reason ->
                Error(TopModelError.Damaged(path, reason))

    let private readStream path make (stream: Stream) =
        match Safetensors.readDoubles stream with
        | Error(SafetensorsError.UnsupportedType _) -> Error(TopModelError.NotATopModel path)
        | Error error when stream.Length < 8L || not (error.Message.Contains "cut off") ->
            Error(TopModelError.NotATopModel path)
        | Error error -> Error(TopModelError.Damaged(path, error.Message))
        | Ok(texts, arrays) ->
            match Map.tryFind format texts with
            | None -> Error(TopModelError.NotATopModel path)
            | Some found when found <> version -> Error(TopModelError.OtherVersion(path, found))
            | Some _ ->
                let arrays =
                    [
                        for KeyValue(name, (shape, values)) in arrays do
                            {
                                Name = name
                                Shape = shape
                                Values = values
                            }
                    ]

                check path texts arrays make

    /// Reads a file and makes something of its content; `make` may raise NamedArray.Wrong.
    let load path make =
        try
            use stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read)

            if stream.CanSeek then
                readStream path make stream
            else
                Error(TopModelError.NotATopModel path)
        with
        | :? FileNotFoundException
        | :? DirectoryNotFoundException -> Error(TopModelError.NoSuchFile path)
        | :? IOException as error -> Error(TopModelError.NoAccess(path, error.Message))
        | :? UnauthorizedAccessException as error ->
            Error(TopModelError.NoAccess(path, error.Message))
        | :? ArgumentException as error -> Error(TopModelError.NoAccess(path, error.Message))
