module UniRep.Tests.DisplayTests

open System
open System.Collections
open System.Globalization
open System.IO
open System.Linq.Expressions
open System.Reflection
open System.Xml.Linq
open UniRep
open Xunit

/// What a public property says, or nothing if there is none.
let private said<'value> (name: string) (value: obj) =
    match value.GetType().GetProperty name with
    | null -> None
    | property ->
        match property.GetGetMethod() with
        | null -> None
        | getter ->
            match getter.Invoke(value, null) with
            | :? 'value as found -> Some found
            | _ -> None

/// The formatters of a type by kind of output, as a notebook's kernel finds and compiles them: an attribute known by its
/// name leads to a source, its method to formatters, each with a kind and a method that takes a value and a writer.
let private formattersOf (shown: Type) =
    [
        for attribute in shown.GetCustomAttributes true do
            if attribute.GetType().Name = "TypeFormatterSourceAttribute" then
                let source =
                    said<Type> "FormatterSourceType" attribute
                    |> Option.get
                    |> Activator.CreateInstance
                    |> nonNull

                let made = source.GetType().GetMethod("CreateTypeFormatters")

                for formatter in nonNull ((nonNull made).Invoke(source, null)) :?> IEnumerable do
                    let value = Expression.Parameter typeof<obj>
                    let writer = Expression.Parameter typeof<TextWriter>

                    let call =
                        Expression.Call(
                            Expression.Constant formatter,
                            nonNull (formatter.GetType().GetMethod "Format"),
                            value,
                            writer
                        )

                    let write =
                        Expression
                            .Lambda<Func<obj, TextWriter, bool>>(call, value, writer)
                            .Compile()

                    said<string> "MimeType" formatter |> Option.get, write
    ]
    |> Map.ofList

let private written (write: Func<obj, TextWriter, bool>) (value: obj) =
    use writer = new StringWriter()
    Assert.True(write.Invoke(value, writer))
    writer.ToString()

/// What F# Interactive prints.
let private printed value = sprintf "%A" value

let private sequence text =
    match Sequence.parse text with
    | Ok sequence -> sequence
    | Error error -> raise (ArgumentException(Sequence.describe error))

let private rep =
    {
        Average = [| 0.12345f; -0.5f; 0.25f; 1.0f; 7.0f |]
        Final = [| 0.0f; 0.0f; 0.0f; 0.0f; 0.0f |]
        Cell = [| 1.0f; 2.0f; 3.0f; 4.0f; -5.0f |]
    }

let private batch: BatchReport =
    {
        Epoch = 1
        Batch = 3
        Batches = 20
        Step = 3L
        Loss = 2.83125
        GradientNorm = 0.5
        LearningRate = 5e-4
        Tokens = 12345L
        Seconds = 1.5
    }

let private epoch number train holdOut isBest : EpochReport =
    {
        Epoch = number
        Step = int64 (20 * number)
        TrainLoss = train
        HoldOutLoss = holdOut
        OutOfDomainLoss = None
        IsBest = isBest
        Tokens = 12345L
        Seconds = 1.5
    }

let private weightsNamed name =
    Waves.weights 5 2
    |> Weights.withCard
        {
            Name = name
            Version = "1"
            License = "CC0-1.0"
            Provenance = "a formula"
        }

let private tuned =
    {
        Weights = weightsNamed "waves"
        Epochs =
            [
                epoch 0 None (Some 2.9) false
                epoch 1 (Some 2.8) (Some 2.5) true
                epoch 2 (Some 2.6) (Some 2.7) false
            ]
        End = StoppedEarly
    }

let private oneThread = { Backend.automatic with Threads = 1 }

let private model = Model.ofWeights oneThread (weightsNamed "waves")

let private values: obj list =
    [
        sequence "MKTAYIAKQR"
        rep
        model
        weightsNamed "waves"
        batch
        epoch 1 (Some 2.8) (Some 2.5) true
        tuned
        UniRepModel.LoadDefault()
        UniRepModel.LoadDefault().Represent "MKTAYIAKQR"
    ]

[<Fact>]
let ``a value prints as one line that tells what it is`` () =
    let residues = String('A', 50)
    let set = model.InstructionSet
    Assert.Equal("Sequence of 1 residue: M", printed (sequence "M"))

    Assert.Equal($"Sequence of 50 residues: {residues[..29]}…", printed (sequence residues))

    Assert.Equal("Rep of 5 units: average 0.1235, -0.5000, 0.2500, 1.0000, …", printed rep)
    Assert.Equal($"Model waves: 5 units × 2 layers, CC0-1.0, exact, {set}, 1 thread", printed model)
    Assert.Equal("Weights of waves: 5 units × 2 layers, CC0-1.0", printed tuned.Weights)
    Assert.Equal("epoch 1, batch 3 of 20: loss 2.8313", printed batch)

    Assert.Equal(
        "epoch 1: train 2.8000, hold-out 2.5000, the best so far",
        printed (epoch 1 (Some 2.8) (Some 2.5) true)
    )

    Assert.Equal(
        "waves after 2 epochs, stopped early: hold-out loss 2.9000 → 2.5000",
        printed tuned
    )

[<Fact>]
let ``training without a hold-out prints how it ended`` () =
    let ended ending =
        printed
            { tuned with
                Epochs = [ epoch 1 (Some 2.8) None true ]
                End = ending
            }

    Assert.Equal("waves after 1 epoch", ended Finished)
    Assert.Equal("waves after 1 epoch, interrupted", ended Interrupted)
    Assert.Equal("waves after 1 epoch, diverged in epoch 1, batch 7", ended (Diverged(1, 7)))

[<Fact>]
let ``values within values print as they do alone`` () =
    Assert.Equal(
        "[Sequence of 1 residue: M; Sequence of 2 residues: MK]",
        printed [ sequence "M"; sequence "MK" ]
    )

    Assert.Equal(
        "Some Rep of 5 units: average 0.1235, -0.5000, 0.2500, 1.0000, …",
        printed (Some rep)
    )

[<Fact>]
let ``a sequence as a string is its letters still`` () =
    Assert.Equal("MKTAYIAKQR", string (sequence "MKTAYIAKQR"))

[<Fact>]
let ``notebooks find how to show each value, by the convention they document`` () =
    for value in values do
        let formatters = formattersOf (value.GetType())
        Assert.Equal([ "text/html"; "text/plain" ], Map.keys formatters)
        let shown = value :?> IDisplay
        Assert.Equal(shown.ToHtml(), written formatters["text/html"] value)
        Assert.Equal(printed value, written formatters["text/plain"] value)
        Assert.NotEmpty(shown.ToHtml())

[<Fact>]
let ``notebooks are told to prefer HTML`` () =
    for value in values do
        let attribute = value.GetType().GetCustomAttribute<TypeFormatterSourceAttribute>()
        Assert.Equal<string[]>([| "text/html" |], (nonNull attribute).PreferredMimeTypes)

[<Fact>]
let ``a formatter leaves values alone that cannot show themselves`` () =
    use writer = new StringWriter()

    for write in Map.values (formattersOf typeof<Rep>) do
        Assert.False(write.Invoke("MKT", writer))

    Assert.Equal("", writer.ToString())

[<Fact>]
let ``every type that can show itself says so to notebooks`` () =
    let able, marked =
        typeof<Rep>.Assembly.GetExportedTypes()
        |> Array.filter (fun exported -> not exported.IsInterface)
        |> Array.partition (fun exported -> exported.IsAssignableTo typeof<IDisplay>)
        |> fun (able, rest) ->
            able, Array.append able rest |> Array.filter (formattersOf >> Map.isEmpty >> not)

    Assert.NotEmpty able
    Assert.Equal<Type[]>(able, marked)

/// The fragment as a tree: it is well-formed.
let private parsed (value: obj) =
    XElement.Parse $"<div>{(value :?> IDisplay).ToHtml()}</div>"

let private cells (tree: XElement) =
    [
        for row in tree.Descendants "tr" do
            [
                for cell in row.Elements() do
                    cell.Value
            ]
    ]

[<Fact>]
let ``HTML is well-formed and tells what it shows`` () =
    Assert.Equal<string list list>(
        [
            [ "vector"; "least"; "mean"; "greatest"; "first values" ]
            [
                "average"
                "-0.5000"
                "1.5747"
                "7.0000"
                "0.1235, -0.5000, 0.2500, 1.0000, …"
            ]
            [ "final"; "0.0000"; "0.0000"; "0.0000"; "0.0000, 0.0000, 0.0000, 0.0000, …" ]
            [ "cell"; "-5.0000"; "1.0000"; "4.0000"; "1.0000, 2.0000, 3.0000, 4.0000, …" ]
        ],
        cells (parsed rep)
    )

    Assert.Equal<string list list>(
        [
            [
                "epoch"
                "train loss"
                "hold-out loss"
                "out-of-domain loss"
                "best"
                "tokens"
                "seconds"
            ]
            [ "0"; ""; "2.9000"; ""; ""; "12,345"; "1.5" ]
            [ "1"; "2.8000"; "2.5000"; ""; "best so far"; "12,345"; "1.5" ]
            [ "2"; "2.6000"; "2.7000"; ""; ""; "12,345"; "1.5" ]
        ],
        cells (parsed tuned)
    )

    Assert.Contains([ "learning rate"; "0.0005" ], cells (parsed batch))
    Assert.Contains([ "sizes"; "5 units × 2 layers" ], cells (parsed model))
    Assert.Contains([ "licence"; "CC0-1.0" ], cells (parsed tuned.Weights))

[<Fact>]
let ``a sequence is shown in blocks of ten, and its beginning alone if it is long`` () =
    let tree = parsed (sequence ("MKTAYIAKQR" + String('A', 60)))
    let letters = (nonNull (tree.Element "pre")).Value
    let blocks = "MKTAYIAKQR" + String.replicate 5 " AAAAAAAAAA"
    Assert.Equal($"   1 {blocks}\n  61 AAAAAAAAAA", letters)
    Assert.Contains("and 400 residues more", (parsed (sequence (String('A', 1000)))).Value)

[<Fact>]
let ``what files call a model cannot break a page`` () =
    let tree = parsed (weightsNamed "<script>alert(1)</script>&")
    Assert.Empty(tree.Descendants "script")
    Assert.Contains("<script>alert(1)</script>&", tree.Value)

[<Fact>]
let ``values look the same in every culture`` () =
    let before = CultureInfo.CurrentCulture

    let text () =
        [ for value in values -> (printed value, (value :?> IDisplay).ToHtml()) ]

    let expected = text ()
    let comma = CultureInfo.InvariantCulture.Clone() :?> CultureInfo
    comma.NumberFormat.NumberDecimalSeparator <- ","
    comma.NumberFormat.NumberGroupSeparator <- "."

    try
        CultureInfo.CurrentCulture <- comma
        Assert.Equal<(string * string) list>(expected, text ())
    finally
        CultureInfo.CurrentCulture <- before
