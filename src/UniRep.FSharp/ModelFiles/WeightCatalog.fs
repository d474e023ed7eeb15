namespace UniRep.ModelFiles

open System
open System.IO
open System.Reflection
open System.Resources
open System.Text.Json
open UniRep
open UniRep.Compute

type PublishedFile =
    {
        Name: string
        Bytes: int64 option
        Sha256: string option
        GitBlob: string option
    }

[<RequireQualifiedAccess>]
type OwnPlace =
    | Embedded
    | BesideProgram

type KnownModel =
    {
        Name: string
        Units: int
        Layers: int
        Version: string
        License: string
        Provenance: string
        Numbers: string
        Fingerprints: Map<string, string>
    }

    member this.Fingerprint =
        this.Fingerprints |> Map.findKey (fun _ numbers -> numbers = this.Numbers)

type KnownWeights =
    {
        Model: KnownModel
        Numbers: string
    }

    member this.IsAsPublished = this.Numbers = this.Model.Numbers

type PublishedModel =
    {
        Name: string
        Units: int
        Layers: int
        Folder: string
        License: string
        Provenance: string
        Files: PublishedFile list
    }

[<RequireQualifiedAccess>]
module WeightCatalog =
    let private openResource (name: string) : Stream =
        match Assembly.GetExecutingAssembly().GetManifestResourceStream name with
        | null -> raise (MissingManifestResourceException name)
        | stream -> stream

    let private text (element: JsonElement) (key: string) =
        string (element.GetProperty(key).GetString())

    let private optional (element: JsonElement) (key: string) read =
        match element.TryGetProperty key with
        | true, value -> Some(read value)
        | _ -> None

    let private file element =
        {
            Name = text element "name"
            Bytes = optional element "bytes" _.GetInt64()
            Sha256 = optional element "sha256" (fun value -> string (value.GetString()))
            GitBlob = optional element "gitBlob" (fun value -> string (value.GetString()))
        }

    let private knownModel (element: JsonElement) : KnownModel =
        {
            Name = text element "name"
            Units = element.GetProperty("units").GetInt32()
            Layers = element.GetProperty("layers").GetInt32()
            Version = text element "version"
            License = text element "license"
            Provenance = text element "provenance"
            Numbers = text element "numbers"
            Fingerprints =
                Map.ofList
                    [
                        for pair in element.GetProperty("fingerprints").EnumerateObject() do
                            string (pair.Value.GetString()), pair.Name
                    ]
        }

    let private publishedModel (element: JsonElement) : PublishedModel =
        {
            Name = text element "name"
            Units = element.GetProperty("units").GetInt32()
            Layers = element.GetProperty("layers").GetInt32()
            Folder = text element "folder"
            License = text element "license"
            Provenance = text element "provenance"
            Files = [ for item in element.GetProperty("files").EnumerateArray() -> file item ]
        }

    let private ownModel (element: JsonElement) =
        optional element "place" (fun place ->
            knownModel element,
            match place.GetString() with
            | "embedded" -> OwnPlace.Embedded
            | _ -> OwnPlace.BesideProgram)

    let defaultName, baseAddress, known, own, published =
        use stream = openResource "catalog.json"
        use document = JsonDocument.Parse stream
        let root = document.RootElement

        let models = List.ofSeq (root.GetProperty("models").EnumerateArray())

        text root "defaultModel",
        Uri(text root "baseAddress"),
        List.map knownModel models,
        List.choose ownModel models,
        [
            for model in models do
                if fst (model.TryGetProperty "files") then
                    publishedModel model
        ]

    let tryFind name =
        published |> List.tryFind (fun model -> model.Name = name)

    let ofShape (shape: MlstmShape) =
        known
        |> List.filter (fun model -> model.Units = shape.Units && model.Layers = shape.Layers)

    let recognize shape (fingerprint: Lazy<string>) =
        ofShape shape
        |> List.tryPick (fun model ->
            model.Fingerprints.TryFind fingerprint.Value
            |> Option.map (fun numbers -> { Model = model; Numbers = numbers }))

    let openEmbedded (name: string) = openResource $"{name}.safetensors"
