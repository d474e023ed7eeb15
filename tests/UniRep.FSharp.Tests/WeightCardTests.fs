module UniRep.Tests.WeightCardTests

open System
open System.IO
open UniRep
open UniRep.ModelFiles
open UniRep.Formats
open UniRep.Tests.WeightFileTests
open Xunit

/// The weights of the embedded model.
let private embedded =
    lazy
        (match WeightStore.resolve "open-256" with
         | Ok loaded -> loaded.Weights
         | Error error -> invalidOp error.Message)

let private noCard =
    {
        Name = ""
        Version = ""
        License = ""
        Provenance = ""
    }

let private saved (folder: TestFolder) card =
    let path = folder.Path "copy.safetensors"
    Assert.Equal(Ok(), WeightFile.save path (Weights.withCard card embedded.Value))
    path

/// A safetensors file without metadata, of elements that another program has rounded.
let private rounded (folder: TestFolder) dtype (ofSingle: float32 -> uint16) =
    let tensors = Weights.toTensors embedded.Value

    let header =
        tensors
        |> List.map (fun (name, tensor) ->
            name, dtype, List.map int64 tensor.Shape, 2L * int64 tensor.Values.Length)
        |> Safetensors.header []

    tensors
    |> List.map (fun (_, tensor) ->
        tensor.Values |> Array.collect (ofSingle >> BitConverter.GetBytes))
    |> Array.concat
    |> Array.append header
    |> fun bytes -> folder.WriteBytes("half.safetensors", bytes)

[<Theory>]
[<InlineData("open-672", "float16")>]
[<InlineData("open-256", "float32")>]
let ``the catalogue knows the numbers of the embedded models`` name numbers =
    use stream = WeightCatalog.openEmbedded name

    match WeightFile.loadStream name stream, WeightStore.resolve name with
    | Ok found, Ok resolved ->
        Assert.Equal(
            Some(name, numbers, true),
            found.Known
            |> Option.map (fun known -> known.Model.Name, known.Numbers, known.IsAsPublished)
        )

        Assert.Equal(resolved.Weights.Card, found.Weights.Card)
        Assert.DoesNotContain("Rounded", found.Weights.Card.Provenance)
        Assert.Empty found.Warnings
        Assert.Equal(found.Known, resolved.Known)
        Assert.Equal(found.Fingerprint.Value, resolved.Fingerprint.Value)
    | Error error, _ -> Assert.Fail(error.Message)
    | _, Error error -> Assert.Fail(error.Message)

[<Fact>]
let ``the catalogue knows the numbers of our large model`` () =
    let found = loaded (TestFiles.repositoryPath "weights/open-1920.safetensors")
    Assert.Equal("open-1920", found.Weights.Card.Name)
    Assert.Equal("CC-BY-4.0", found.Weights.Card.License)
    Assert.Equal(Some true, found.Known |> Option.map _.IsAsPublished)

[<Fact>]
let ``a model that is not beside the program is told, with what brings it`` () =
    match WeightStore.resolve "open-1920" with
    | Error(WeightStoreError.NotBeside(name, path) as error) ->
        Assert.Equal("open-1920", name)
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "open-1920.safetensors"), path)
        Assert.Contains("UniRep.Weights.Open1920", error.Message)
    | Error error -> Assert.Fail(error.Message)
    | Ok _ -> Assert.Fail "there is no such file beside the tests"

[<Fact>]
let ``known numbers get their name, licence and provenance back in every layout`` () =
    use folder = new TestFolder()
    let bare = loaded (saved folder noCard)
    Assert.Equal(embedded.Value.Card, bare.Weights.Card)
    Assert.Empty bare.Warnings

    let tensors = Map.ofList (Weights.toTensors embedded.Value)
    let npy = loaded (published folder 1 ":0.npy" tensors)
    Assert.Equal(embedded.Value.Card, npy.Weights.Card)

    let pickled =
        PickleExamples.model tensors [ PickleExamples.layer tensors 0 ]
        |> fun bytes -> loaded (folder.WriteBytes("model_weights.pkl", bytes))

    Assert.Equal(embedded.Value.Card, pickled.Weights.Card)

[<Fact>]
let ``a model may be renamed, but its licence stays`` () =
    use folder = new TestFolder()

    let found =
        saved
            folder
            {
                Name = "mine"
                Version = "7"
                License = "MIT"
                Provenance = "found on the street"
            }
        |> loaded

    Assert.Equal(
        { embedded.Value.Card with
            Name = "mine"
        },
        found.Weights.Card
    )

    Assert.Contains(
        "its licence is said to be 'MIT', but its numbers are those of open-256, whose licence CC-BY-4.0 holds",
        Assert.Single found.Warnings
    )

[<Fact>]
let ``copies in half precision are known too`` () =
    use folder = new TestFolder()

    let half (value: float32) =
        BitConverter.HalfToUInt16Bits(Half.op_Explicit value: Half)

    /// To the nearest, and to the even one of two.
    let brain (value: float32) =
        let bits = BitConverter.SingleToUInt32Bits value
        uint16 ((bits + 0x7FFFu + ((bits >>> 16) &&& 1u)) >>> 16)

    for dtype, numbers, ofSingle in [ "F16", "float16", half; "BF16", "bfloat16", brain ] do
        let found = loaded (rounded folder dtype ofSingle)
        Assert.Equal(Some numbers, found.Known |> Option.map _.Numbers)
        Assert.Equal("CC-BY-4.0", found.Weights.Card.License)
        Assert.EndsWith($"Rounded to {numbers}.", found.Weights.Card.Provenance)
        Assert.Equal("open-256", found.Weights.Card.Name)

[<Fact>]
let ``one changed number makes another model`` () =
    use folder = new TestFolder()
    let weights = embedded.Value

    let tensors =
        Map.ofList (Weights.toTensors weights)
        |> Map.change
            "head.b"
            (Option.map (fun tensor ->
                { tensor with
                    Values = Array.updateAt 3 7f tensor.Values
                }))

    let path = folder.Path "model.safetensors"

    match Weights.ofTensors noCard tensors with
    | Error errors -> Assert.Fail $"%A{errors}"
    | Ok changed ->
        Assert.Equal(Ok(), WeightFile.save path changed)
        let found = loaded path
        Assert.Equal(None, found.Known)

        Assert.Equal(
            {
                Name = "model"
                Version = ""
                License = "unknown"
                Provenance = "unknown"
            },
            found.Weights.Card
        )

[<Fact>]
let ``a file of the size of a published model says whose licence may hold`` () =
    use folder = new TestFolder()
    let found = loaded (published folder 4 ":0.npy" (Waves.tensors 64 4))
    Assert.Equal("unknown", found.Weights.Card.License)
    Assert.Contains("CC-BY-NC-4.0", found.Weights.Card.Provenance)

[<Fact>]
let ``the fingerprint is computed once, and only where it is asked for`` () =
    use folder = new TestFolder()
    let path = folder.Path "model.safetensors"
    Assert.Equal(Ok(), WeightFile.save path (Waves.weights 5 1))
    let found = loaded path
    Assert.False found.Fingerprint.IsValueCreated
    Assert.Equal(fingerprint 5 1, found.Fingerprint.Value)

[<Theory>]
[<InlineData("paper-64", "paper-64")>]
[<InlineData("paper-256", "paper-256")>]
[<InlineData("paper-1900", "paper-1900")>]
[<InlineData("paper-64-jax-pickle", "paper-64")>]
[<InlineData("paper-256-jax-pickle", "paper-256")>]
let ``the published models are known wherever they lie`` folder name =
    let found = loaded (TestFiles.sharedPath $"weights/{folder}")
    Assert.Equal(name, found.Weights.Card.Name)
    Assert.Equal("CC-BY-NC-4.0", found.Weights.Card.License)
    Assert.StartsWith("Alley et al. 2019", found.Weights.Card.Provenance)

[<Fact>]
let ``a model tuned by others is of unknown licence, and says whose size it has`` () =
    let found = loaded (TestFiles.sharedPath "weights/evotuned-64-pylrs-jax-pickle")
    Assert.Equal("unknown", found.Weights.Card.License)
    Assert.Contains("of the size of paper-64", found.Weights.Card.Provenance)
