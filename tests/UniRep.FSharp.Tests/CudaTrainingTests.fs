/// Training with the kernels of GPUs on the CPU, by the emulated driver: the numbers of another program.
module UniRep.Tests.CudaTrainingTests

open System
open System.Diagnostics
open System.Runtime.InteropServices
open UniRep.Tests.GoldenGradients
open UniRep.Compute
open Expecto
open UniRep.Testing

/// The emulated driver, which eng/emulate-kernels.sh builds with g++, or why there is none.
let private emulated =
    lazy
        let isFit =
            OperatingSystem.IsLinux()
            && RuntimeInformation.ProcessArchitecture = Architecture.X64

        match Environment.GetEnvironmentVariable "UNIREP_CUDA_EMULATED" with
        | NonNull path when path <> "" -> Ok path
        | _ when not isFit -> Error "the emulated driver needs Linux on x86-64"
        | _ ->
            let script = TestFiles.repositoryPath "eng/emulate-kernels.sh"

            use shell =
                Process.Start(ProcessStartInfo("bash", [ script ], RedirectStandardError = true))
                |> nonNull

            let said = shell.StandardError.ReadToEnd()
            shell.WaitForExit()

            if shell.ExitCode = 0 then
                Ok(TestFiles.repositoryPath "artifacts/emulation/libcuda-emulated.so")
            else
                Error $"eng/emulate-kernels.sh cannot build the emulated driver: {said}"

/// Factors have 16 significant bits, as two bfloat16 numbers; 1.1e-4 is reached.
let private tolerance = 3e-4

let private trainer (weights: UniRep.Weights) =
    match emulated.Value with
    | Error reason -> skiptest reason
    | Ok path ->
        let options = CudaOptions(DriverPath = path, Precision = CudaPrecision.Exact)

        CudaTrainer.Resume(TrainerState.Start weights.Arrays, TrainerOptions(), options)

[<Tests>]
let tests =
    testList
        "CudaTrainingTests"
        [
            testTheory "the kernels give the gradients of another program" ofGradients
            <| fun (name: string, kind: string) ->
                use trainer = trainer (weights name)
                checkGradientWithin tolerance (name, kind) trainer trainer.Gradients

            testTheory "the kernels make the steps of another program" ofSteps
            <| fun (name: string) ->
                use trainer = trainer (weights name)
                checkSteps name trainer
        ]
