module UniRep.Tests.WeightRepairTests

open System.IO
open UniRep
open UniRep.ModelFiles
open UniRep.Tests.WeightDownloadTests
open Expecto
open UniRep.Testing

/// The settings of a fetched model, and its folder.
let private fetched (server: FileServer) (folder: TestFolder) =
    let settings = settings server folder
    get settings |> assertIsModel
    settings, Path.Combine(settings.Cache, "paper-64")

let private damage (path: string) at =
    let bytes = File.ReadAllBytes path
    File.WriteAllBytes(path, Array.updateAt at (bytes[at] ^^^ 1uy) bytes)

/// What loading a fetched model says after a change.
let private loading change =
    use folder = new TestFolder()
    let target = folder.Path "paper-64"
    Directory.CreateDirectory target |> ignore

    for file in Directory.GetFiles(folderOfModel.Value, "*.npy") do
        File.Copy(file, Path.Combine(target, (string (Path.GetFileName file)).Replace(':', '_')))

    change target

    match WeightCatalog.tryFind "paper-64" with
    | Some model -> WeightStore.loadFetched model target
    | None -> invalidOp "not in the catalogue"

[<Tests>]
let tests =
    testList
        "WeightRepairTests"
        [
            testCase "files that are missing, cut off or changed are fetched again, and only they"
            <| fun () ->
                folderOfModel.Value |> ignore
                use folder = new TestFolder()
                use server = new FileServer(published, [])
                let settings, target = fetched server folder
                let before = server.Requests.Length
                File.Delete(Path.Combine(target, "embed_matrix_0.npy"))
                damage (Path.Combine(target, "fully_connected_weights_0.npy")) 3000
                let cut = Path.Combine(target, "rnn_mlstm_stack_mlstm_stack3_mlstm_stack3_wh_0.npy")
                File.WriteAllBytes(cut, (File.ReadAllBytes cut)[..999])
                let told = ResizeArray<string>()
                get { settings with Notify = told.Add } |> assertIsModel

                Assert.equal
                    [
                        "/64_weights/embed_matrix:0.npy"
                        "/64_weights/fully_connected_weights:0.npy"
                        "/64_weights/rnn_mlstm_stack_mlstm_stack3_mlstm_stack3_wh:0.npy"
                    ]
                    (List.skip before server.Requests)

                Assert.equal
                    "paper-64: 3 files missing or not as published: fetching again"
                    (Assert.single told)

                Assert.isFalse (Directory.Exists(target + ".partial"))

            testCase "a repair that fails leaves what there was, and the next one resumes"
            <| fun () ->
                folderOfModel.Value |> ignore
                use folder = new TestFolder()
                use server = new FileServer(published, [])
                let settings, target = fetched server folder
                damage (Path.Combine(target, "fully_connected_weights_0.npy")) 3000

                use failing = new FileServer(published, [ Cut 500 ])

                let failed =
                    get
                        { settings with
                            BaseAddress = failing.Address
                            Attempts = 1
                        }

                Assert.isTrue failed.IsError
                Assert.equal 39 (Directory.GetFiles(target).Length)
                let before = server.Requests.Length
                get settings |> assertIsModel

                Assert.equal
                    [ "/64_weights/fully_connected_weights:0.npy from 500" ]
                    (List.skip before server.Requests)

            testCase "a fetched model that is not as published is refused with what to do"
            <| fun () ->
                folderOfModel.Value |> ignore

                match loading ignore with
                | Ok loaded -> Assert.equal "CC-BY-NC-4.0" loaded.Weights.Card.License
                | Error error -> failtest (error.Message)

                let file name folder = Path.Combine(folder, name)

                for change in
                    [
                        fun folder -> damage (file "fully_connected_weights_0.npy" folder) 3000
                        fun folder -> File.Delete(file "embed_matrix_0.npy" folder)
                        fun folder -> File.WriteAllText(file "embed_matrix_0.npy" folder, "")
                        fun folder ->
                            File.WriteAllText(file "embed_matrix_0.npy" folder, "<html></html>")
                        fun folder ->
                            let path = file "embed_matrix_0.npy" folder
                            File.WriteAllBytes(path, (File.ReadAllBytes path)[..499])
                        fun folder ->
                            Directory.Delete(folder, true)
                            Directory.CreateDirectory folder |> ignore
                    ] do
                    match loading change with
                    | Error(WeightStoreError.DamagedCopy("paper-64", _) as error) ->
                        Assert.contains "Fetch it again" error.Message
                    | other -> failtest $"%A{other}"
        ]
