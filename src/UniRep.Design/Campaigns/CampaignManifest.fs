namespace UniRep.Design

open System
open System.Collections.Generic
open System.IO
open System.Security.Cryptography
open System.Text
open System.Text.Json
open UniRep
open UniRep.ModelFiles

/// A round as the manifest knows it. Measured is empty until the next round was chosen; then it holds the cells of the lab.
type internal ManifestRound =
    {|
        Number: int
        Strategy: string
        Mutants: string[]
        Measured: Dictionary<string, string>
    |}

/// What decides a campaign, and what has happened in it.
type internal Manifest =
    {|
        Version: int
        WildType: string
        Model: string
        Fingerprint: string
        Precision: string
        Pool: string
        First: string
        Strategy: string
        TopModel: string
        Components: int
        NormalScores: bool
        WarmStart: bool
        Seed: uint64
        LibraryDigest: string
        Rounds: ManifestRound[]
        Digest: string
    |}

/// The files of a campaign.
[<RequireQualifiedAccess>]
module internal CampaignFiles =
    let manifest folder = Path.Combine(folder, "campaign.json")
    let candidates folder = Path.Combine(folder, "library.csv")
    let vectors folder = Path.Combine(folder, "vectors.bin")

    let round folder (number: int) =
        Path.Combine(folder, $"round-{number}.csv")

    let noAccess path error =
        Error(CampaignError.NoAccess(path, FileFailure.reasonOf error))

    let digestOf (path: string) =
        try
            Ok(Digest.sha256 path)
        with error when FileFailure.isOne error ->
            noAccess path error

    /// Writes a file, complete or not at all.
    let write path (content: byte[]) =
        SafeWriting.file path (fun stream -> stream.Write(ReadOnlySpan content))
        |> Result.mapError (fun error -> CampaignError.NoAccess(path, error.Message))

    let writeText path (text: string) =
        write path (Encoding.UTF8.GetBytes text)

[<RequireQualifiedAccess>]
module internal CampaignManifest =
    let private form =
        JsonSerializerOptions(
            WriteIndented = true,
            Encoder = Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            RespectRequiredConstructorParameters = true,
            RespectNullableAnnotations = true
        )

    let private parse<'value when 'value: not null and 'value: not struct> (text: string) =
        match JsonSerializer.Deserialize<'value>(text, form) with
        | null -> None
        | value -> Some value

    let private text (manifest: Manifest) =
        JsonSerializer.Serialize(manifest, form) + "\n"

    let private digestOf (manifest: Manifest) =
        {| manifest with Digest = "" |}
        |> text
        |> Encoding.UTF8.GetBytes
        |> SHA256.HashData
        |> Convert.ToHexStringLower

    // Writes the manifest with its digest, whatever digest it has.
    let write folder (manifest: Manifest) =
        CampaignFiles.writeText
            (CampaignFiles.manifest folder)
            (text
                {| manifest with
                    Digest = digestOf manifest
                |})

    let private check path (manifest: Manifest) =
        if
            manifest.Version <> 1
            || manifest.Components < 0
            || (Sequence.parse manifest.WildType).IsError
            || Campaign.firstRounds |> List.forall (fun first -> first.Name <> manifest.First)
            || Campaign.strategies
               |> List.forall (fun known -> known.Name <> manifest.Strategy)
            || Campaign.topModels |> List.forall (fun known -> known.Name <> manifest.TopModel)
        then
            Error(CampaignError.Damaged(path, "it is not the manifest of a campaign"))
        elif manifest.Digest <> digestOf manifest then
            Error(CampaignError.Damaged(path, "its content does not have the digest that it names"))
        else
            Ok manifest

    let read folder : Result<Manifest, CampaignError> =
        let path = CampaignFiles.manifest folder

        if not (File.Exists path) then
            Error(CampaignError.NoCampaign folder)
        else
            try
                match parse<Manifest>(File.ReadAllText path) with
                | None -> Error(CampaignError.Damaged(path, "it is empty"))
                | Some manifest -> check path manifest
            with
            | :? JsonException as error ->
                Error(
                    CampaignError.Damaged(
                        path,
                        $"it is not the manifest of a campaign (line {error.LineNumber.GetValueOrDefault() + 1L})"
                    )
                )
            | error when FileFailure.isOne error -> CampaignFiles.noAccess path error
