module UniRep.Tests.CudaTests

open System
open UniRep
open UniRep.Compute
open Expecto
open UniRep.Testing

let private nowhere =
    CudaOptions(DriverPath = IO.Path.Combine("nowhere", "libcuda.so"))

[<Tests>]
let tests =
    testList
        "CudaTests"
        [
            testCase "a missing driver is a case that says so"
            <| fun () ->
                match (Cuda.backend nowhere).Infer(Waves.weights 2 1) with
                | Error(BackendError.Unavailable("cuda", reason)) ->
                    Expect.stringContains reason "no NVIDIA driver: nowhere" "The reason"
                | other -> failtest $"{other}"

            testCase "a missing driver is a case of training too"
            <| fun () ->
                let backend = Cuda.backend nowhere
                Assert.equal "cuda" backend.Name
                let state = TrainerState.Start (Waves.weights 2 1).Arrays

                match backend.Train.Value (TrainerOptions()) state with
                | Error(BackendError.Unavailable("cuda", reason)) ->
                    Expect.stringContains reason "no NVIDIA driver: nowhere" "The reason"
                | other -> failtest $"{other}"

            testCase "a GPU has no instruction set of a CPU"
            <| fun () ->
                let options = TrainerOptions(InstructionSet = InstructionSet.Portable)
                let state = TrainerState.Start (Waves.weights 2 1).Arrays

                match (Cuda.backend nowhere).Train.Value options state with
                | Error(BackendError.Unsupported("cuda", _)) -> ()
                | other -> failtest $"{other}"

            testCase "an option out of its range is refused before anything is loaded"
            <| fun () ->
                Expect.throwsT<ArgumentOutOfRangeException>
                    (fun () -> Cuda.backend (CudaOptions(Device = -1)) |> ignore)
                    "A device below 0"

            testCase "the automatic choice is a backend of this machine, with a reason"
            <| fun () ->
                let backend, reason = Cuda.automatic ()
                Assert.equal (Cuda.tryFirst () |> Result.isOk) (backend.Name = "cuda")
                use model = FakeBackend.model backend

                Expect.stringContains
                    reason
                    (if backend.Name = "cuda" then "cuda:" else "the CPU")
                    "The reason"

                Assert.equal 2 model.Shape.Units
        ]
