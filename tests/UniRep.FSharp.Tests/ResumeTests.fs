module UniRep.Tests.ResumeTests

open System
open System.IO
open System.Threading
open UniRep
open UniRep.Tests.TrainingExamples
open Xunit

[<Theory>]
[<InlineData(1)>]
[<InlineData(4)>]
[<InlineData(7)>]
[<InlineData(13)>]
let ``a training that is interrupted goes on to the same bits`` batches =
    use folder = new TestFolder()
    let whole, parted = folder.Path "whole", folder.Path "parted"
    let request = request folder { quick with Average = Some 0.9 }
    run request whole |> ignore
    use stopping = new CancellationTokenSource()
    let observer = after batches stopping.Cancel
    let first = EvoTuning.run request parted 1e9 observer stopping.Token |> done'
    Assert.Equal(Interrupted, first.End)

    let second =
        EvoTuning.resume id false parted 1e9 EvoTuning.silent CancellationToken.None
        |> done'

    Assert.Equal(Finished, second.End)
    Assert.Equal<byte[]>(model whole, model parted)
    Assert.Equal<string[]>(rows whole, rows parted)

[<Fact>]
let ``what came after the last checkpoint is done again, to the same bits`` () =
    use folder = new TestFolder()
    let whole, parted = folder.Path "whole", folder.Path "parted"
    let request = request folder quick
    run request whole |> ignore
    /// As if the process had been killed.
    let observer = after 9 (fun () -> raise (TimeoutException()))

    Assert.Throws<TimeoutException>(fun () ->
        EvoTuning.run request parted 1e9 observer CancellationToken.None |> ignore)
    |> ignore

    EvoTuning.resume id false parted 1e9 EvoTuning.silent CancellationToken.None
    |> done'
    |> ignore

    Assert.Equal<byte[]>(model whole, model parted)
    Assert.Equal<string[]>(rows whole, rows parted)

[<Fact>]
let ``a folder that holds a training is not trained in anew`` () =
    use folder = new TestFolder()
    let request = request folder { quick with Epochs = 1 }
    run request (folder.Path "out") |> ignore

    match errorOf request (folder.Path "out") with
    | AlreadyTraining _ -> ()
    | other -> Assert.Fail $"{other}"

[<Fact>]
let ``a training does not go on with other sequences`` () =
    use folder = new TestFolder()
    let request = request folder { quick with Epochs = 1 }
    run request (folder.Path "out") |> ignore
    write folder "family.fasta" (family 40 30 2UL) |> ignore

    match
        EvoTuning.resume id false (folder.Path "out") 1e9 EvoTuning.silent CancellationToken.None
    with
    | Error(NotAsBefore what) -> Assert.Equal("the set of sequences to train on", what)
    | other -> Assert.Fail $"{other}"
