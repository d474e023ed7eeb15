namespace UniRep

open System
open System.IO
open System.Reflection
open System.Resources
open System.Text.Json

type PublishedFile =
    {
        Name: string
        Bytes: int64 option
        Sha256: string option
        GitBlob: string option
    }

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

    let private model (element: JsonElement) =
        {
            Name = text element "name"
            Units = element.GetProperty("units").GetInt32()
            Layers = element.GetProperty("layers").GetInt32()
            Folder = text element "folder"
            License = text element "license"
            Provenance = text element "provenance"
            Files = [ for item in element.GetProperty("files").EnumerateArray() -> file item ]
        }

    let defaultName, baseAddress, published =
        use stream = openResource "catalog.json"
        use document = JsonDocument.Parse stream
        let root = document.RootElement

        text root "defaultModel",
        Uri(text root "baseAddress"),
        [ for item in root.GetProperty("models").EnumerateArray() -> model item ]

    let tryFind name =
        published |> List.tryFind (fun model -> model.Name = name)

    let openEmbedded () =
        openResource $"{defaultName}.safetensors"
