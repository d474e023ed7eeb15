module UniRep.Tests.NotebookTests

open System
open System.Collections
open System.IO
open System.Linq.Expressions
open System.Reflection
open UniRep
open UniRep.Charts
open UniRep.Training
open UniRep.Tests.DisplayExamples
open Expecto
open UniRep.Testing

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
    Assert.isTrue (write.Invoke(value, writer))
    writer.ToString()

[<Tests>]
let tests =
    testList
        "NotebookTests"
        [
            testCase "notebooks find how to show each value, by the convention they document"
            <| fun () ->
                for value in values do
                    let formatters = formattersOf (value.GetType())
                    Assert.equal [ "text/html"; "text/plain" ] (List.ofSeq (Map.keys formatters))
                    let shown = value :?> IDisplay
                    Assert.equal (shown.ToHtml()) (written formatters["text/html"] value)
                    Assert.equal (sprintf "%A" value) (written formatters["text/plain"] value)
                    Assert.isNotEmpty (shown.ToHtml())

            testCase "notebooks are told to prefer HTML"
            <| fun () ->
                for value in values do
                    let attribute =
                        value.GetType().GetCustomAttribute<TypeFormatterSourceAttribute>()

                    Assert.equal [| "text/html" |] ((nonNull attribute).PreferredMimeTypes)

            testCase "a formatter leaves values alone that cannot show themselves"
            <| fun () ->
                use writer = new StringWriter()

                for write in Map.values (formattersOf typeof<Rep>) do
                    Assert.isFalse (write.Invoke("MKT", writer))

                Assert.equal "" (writer.ToString())

            testCase "every type that can show itself says so to notebooks"
            <| fun () ->
                let able, marked =
                    [| typeof<Rep>.Assembly; typeof<Chart>.Assembly |]
                    |> Array.collect _.GetExportedTypes()
                    |> Array.filter (fun exported -> not exported.IsInterface)
                    |> Array.partition (fun exported -> exported.IsAssignableTo typeof<IDisplay>)
                    |> fun (able, rest) ->
                        able,
                        Array.append able rest |> Array.filter (formattersOf >> Map.isEmpty >> not)

                Assert.equal able marked

                Assert.equal
                    (able |> Seq.map string |> Seq.sort |> List.ofSeq)
                    (values
                     |> Seq.map (fun value -> string (value.GetType()))
                     |> Seq.sort
                     |> List.ofSeq)
        ]
