module UniRep.Design.Tests.TopModelFileTests

open System.IO
open UniRep.Design
open UniRep.Tests
open Expecto
open UniRep.Testing

let private orFail (result: Result<'a, TopModelError>) =
    result |> Result.defaultWith (fun error -> failtest error.Message)

let private withFile action =
    use folder = new TestFolder()
    action (folder.Path "top.model")

let private fitted method density =
    let table, values, fresh = GoldenNumbers.parts 30 6

    let values =
        if method = TopModelMethod.Logistic then
            values |> Array.map (fun y -> if y > 0.0 then 1.0 else 0.0)
        else
            values

    let add (table: FeatureTable) =
        if density then
            FeatureTable.withDensity
                "lm"
                (Array.init table.Count (fun i -> sin (float (i * i))))
                table
        else
            table

    TopModel.fit (TopModelOptions.usual method) "activity" (add table) values
    |> orFail,
    add fresh

let private errorOf path =
    match TopModel.load path with
    | Ok _ -> failtest "it was read"
    | Error error -> error

[<Tests>]
let tests =
    testList
        "TopModelFile"
        [
            for method in TopModelOptions.methods do
                for density in [ false; true ] do
                    let what = if density then " with a density" else ""

                    testCase $"a saved model predicts the same bits: {method.Name}{what}"
                    <| fun () ->
                        withFile (fun path ->
                            let model, fresh = fitted method density
                            TopModel.save path model |> orFail
                            let again = TopModel.load path |> orFail

                            Assert.equal
                                (TopModel.predict model fresh)
                                (TopModel.predict again fresh)

                            Assert.equal model.Options again.Options
                            Assert.equal model.Source again.Source
                            Assert.equal model.Facts again.Facts
                            Assert.equal "activity" again.Target
                            Assert.equal 30 again.Rows)

            testCase "every byte that is changed, and every cut, is refused"
            <| fun () ->
                withFile (fun path ->
                    let model, _ = fitted TopModelMethod.Ridge false
                    TopModel.save path model |> orFail
                    let bytes = File.ReadAllBytes path

                    for at in 0..37 .. bytes.Length - 1 do
                        let changed = Array.copy bytes
                        changed[at] <- changed[at] ^^^ 1uy
                        File.WriteAllBytes(path, changed)
                        Assert.contains path (errorOf path).Message

                    for length in [ 0; 5; 100; bytes.Length - 1 ] do
                        File.WriteAllBytes(path, bytes[.. length - 1])
                        Assert.contains path (errorOf path).Message)

            testCase "a missing file and a file of something else are named"
            <| fun () ->
                withFile (fun path ->
                    Assert.equal (TopModelError.NoSuchFile path) (errorOf path)
                    File.WriteAllText(path, "id,sequence\n1,MKT\n")
                    Assert.equal (TopModelError.NotATopModel path) (errorOf path)
                    let weights = TestFiles.repositoryPath "weights/open-256.safetensors"
                    Assert.equal (TopModelError.NotATopModel weights) (errorOf weights))

            testCase "a folder that does not exist is an error, and nothing is written"
            <| fun () ->
                withFile (fun path ->
                    let model, _ = fitted TopModelMethod.Ridge false
                    let missing = Path.Combine(path, "deeper", "top.model")

                    match TopModel.save missing model with
                    | Error(TopModelError.NoAccess(named, _)) -> Assert.equal missing named
                    | other -> failtest $"%A{other}"

                    Assert.isFalse (Directory.Exists path))
        ]
