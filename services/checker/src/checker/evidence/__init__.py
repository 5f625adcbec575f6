"""What a history leaves behind: papers, register, stream and the gateway's database."""
